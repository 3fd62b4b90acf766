#!/bin/bash -eu
# SPDX-License-Identifier: MIT
# Builds each fuzzer with the compiler, sanitizer and coverage that the environment names, and puts it into $OUT, with the
# libraries that it needs and the seeds of the tree. The fuzzers need no KVM. Linked by -fsanitize=fuzzer, so only for
# libFuzzer (LIB_FUZZING_ENGINE's default).

# shellcheck disable=SC2016 # the loader of programs expands $ORIGIN
make B=build/oss ENGINE=libfuzzer STATIC= CC="$CC" CFLAGS="$CFLAGS" LDFLAGS='-Wl,-rpath,\$$ORIGIN/lib' fuzzers
mkdir -p "$OUT/lib"
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	cp "build/oss/tests/fuzz/$name" "$OUT/fuzz_$name"
	ldd "$OUT/fuzz_$name" | awk '/lib(jansson|zstd)/ { print $3 }' | xargs -r cp -Lt "$OUT/lib"
	if [ -d "tests/fuzz/seeds/$name" ]; then
		(cd "tests/fuzz/seeds/$name" && zip -q "$OUT/fuzz_${name}_seed_corpus.zip" ./*)
	fi
done

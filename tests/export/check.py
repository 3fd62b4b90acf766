# SPDX-License-Identifier: MIT
"""
check.py FORMAT TRACE EXPORT: compares an export, as its public tool reads it, with the trace that was exported.
Called by tests/export/run. Ends with 0, or with 1 and a line that names the difference.
"""
import sys

from lanes import check_chrome, check_perfetto
from lines import check_csv, check_ctf, check_ftrace, check_trace_cmd
from trace import Trace

CHECKS = {"csv": check_csv, "ftrace": check_ftrace, "trace-cmd": check_trace_cmd, "ctf": check_ctf,
          "chrome": check_chrome, "perfetto": check_perfetto}

if __name__ == "__main__":
    CHECKS[sys.argv[1]](Trace(sys.argv[2]), sys.argv[3])

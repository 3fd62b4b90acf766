// SPDX-License-Identifier: MIT
// An ordinary program of Rust, static and position-independent: runs commands and reads what they print.
use std::process::{Command, Stdio};

fn main() {
    let output = Command::new("busybox").args(["echo", "from a child"]).output().expect("echo");
    print!("{}", String::from_utf8_lossy(&output.stdout));
    let status = Command::new("busybox").args(["sh", "-c", "exit 7"]).status().expect("sh");
    println!("status {:?}", status.code());
    match Command::new("nosuchprogram").stdin(Stdio::null()).output() {
        Ok(_) => println!("it ran"),
        Err(error) => println!("{:?}", error.kind()),
    }
    let words: Vec<String> = std::env::args().skip(1).map(|word| word.to_uppercase()).collect();
    println!("{}", words.join(" "));
    if std::thread::Builder::new().spawn(|| ()).is_err() {
        println!("no thread");
    }
}

//! Migrations are embedded at compile time: a new file has to make a new build.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}

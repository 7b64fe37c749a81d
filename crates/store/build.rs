//! Migrations are embedded by a macro, which Cargo cannot see through.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}

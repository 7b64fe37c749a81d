# List the recipes.
default:
    @just --list

# Start a server with its data in ./data.
run *arguments:
    cargo run --release -- {{arguments}}

# Run every test; those whose database or browser is not installed say so and are skipped.
test:
    cargo test --workspace

# Format, lints and documentation, as CI sees them.
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

# Prove that the arrows between the crates only go down.
layers:
    .ci/layers

# Everything that must hold before a change is accepted.
ci:
    .ci/run

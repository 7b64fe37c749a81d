# List the recipes.
default:
    @just --list

# Start a server with its data in ./data.
run *arguments:
    cargo run --release -- {{arguments}}

# Run every test; those whose database or browser is not installed say so and are skipped.
test:
    cargo test --workspace

# Play scripts at two servers and hold memory against its rules, on both databases; then kill a writing server, again and
# again; tells how many answers kept the rules, how many writes survived and how fast the server started.
soak rounds="1000":
    ANTEROOM_TEST_ROUNDS={{rounds}} cargo test -p anteroom-http --test freshness -- --ignored --test-threads=1 soak
    ANTEROOM_TEST_ROUNDS={{rounds}} cargo test -p anteroom --test cli -- --ignored --test-threads=1 soak

# Measure the product against what this machine can do: docs/performance.md. Needs wrk, util-linux and PostgreSQL.
bench *arguments:
    cargo run --profile dist -p anteroom-bench -- {{arguments}}

# Measure what the parts of a request cost by themselves.
bench-micro *arguments:
    cargo bench -p anteroom-bench --bench micro -- {{arguments}}

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

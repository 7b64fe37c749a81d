//! The unmodified `@medusajs/js-sdk` against a server, through everything that it asks about a customer, a second factor included.

use anteroom_testkit::node::Node;
use serde_json::Value;

use crate::sandbox::{Said, Sandbox};

#[test]
fn the_sdk_of_medusa_works_with_jwts() {
    visit("jwt");
}

#[test]
fn the_sdk_of_medusa_works_with_cookies() {
    visit("session");
}

fn visit(mode: &str) {
    let Some(node) = Node::find() else { return };
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let server = sandbox.serve();
        let key = sandbox.json(&["key", "create", "--workspace", "shop", "--title", "web", "--json"]);
        let variables = [
            ("ANTEROOM_URL", server.url()),
            ("PUBLISHABLE_KEY", key.get("key").and_then(Value::as_str).unwrap().to_owned()),
            ("OUTBOX", sandbox.path("data/outbox").display().to_string()),
            ("ACCESS_TOKEN", sandbox.token()),
        ];
        for script in ["factors.mjs", "scenario.mjs"] {
            let said = Said::of(&node.run(script, &[mode], variables.clone()));
            assert!(
                said.code == Some(0) && said.out.starts_with(mode),
                "{script}: {said:?}\n{}",
                server.err()
            );
        }
    }
}

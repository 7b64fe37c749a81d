//! The OpenAPI documents and the pages that show them. That every answer of every other test is declared, the test
//! client sees to.

use std::collections::BTreeSet;

use anteroom_http::{Document, routes};
use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

both_databases![
    every_route_stands_in_one_document,
    a_document_tells_where_it_is_from,
    a_document_at_hand_is_not_sent_again,
    an_unknown_document_is_an_error_of_the_api,
    the_pages_lead_to_every_document,
    an_unknown_page_looks_like_any_other,
    the_library_is_sent_as_it_is_kept,
];

async fn document(app: &TestApp, document: Document) -> Value {
    app.get(&format!("/openapi/{}.json", document.name())).send().await.expect(200)
}

async fn every_route_stands_in_one_document(app: TestApp) {
    let mut documented = Vec::new();
    for name in Document::ALL {
        for (path, item) in document(&app, name).await["paths"].as_object().unwrap() {
            documented
                .extend(item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
        }
    }
    let there: BTreeSet<_> =
        routes().map(|route| (route.method.to_string(), route.path.to_owned())).collect();
    assert_eq!(documented.len(), there.len());
    assert_eq!(documented.into_iter().collect::<BTreeSet<_>>(), there);
}

async fn a_document_tells_where_it_is_from(app: TestApp) {
    let app = app.with(|options| {
        options.public_url = "https://id.example.com".parse().unwrap();
        "shop.sid".clone_into(&mut options.session_cookie.name);
    });
    for name in Document::ALL {
        let document = document(&app, name).await;
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["servers"], json!([{"url": "https://id.example.com"}]));
        assert_eq!(document["info"]["title"], name.title());
    }
    let schemes = &document(&app, Document::Store).await["components"]["securitySchemes"];
    assert_eq!(
        (&schemes["sessionCookie"]["name"], &schemes["sessionCookie"]["in"]),
        (&json!("shop.sid"), &json!("cookie"))
    );
    assert_eq!(schemes["publishableKey"]["name"], "x-publishable-api-key");
}

async fn a_document_at_hand_is_not_sent_again(app: TestApp) {
    let answer = app.get("/openapi/workspace.json").send().await;
    assert_eq!(answer.header("cache-control"), "no-cache");
    let tag = answer.header("etag").to_owned();
    assert!(tag.starts_with("W/\"") && tag.len() > 10, "{tag}");
    let again =
        app.get("/openapi/workspace.json").header("if-none-match", &format!("\"x\", {tag}")).send().await;
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, tag.as_str()));
    let other = app.get("/openapi/store.json").header("if-none-match", &tag).send().await;
    assert_eq!(other.status, 200);
    let head = app.call("HEAD", "/openapi/workspace.json").send().await;
    assert_eq!((head.status, head.body.len(), head.header("etag")), (200, 0, tag.as_str()));
}

async fn an_unknown_document_is_an_error_of_the_api(app: TestApp) {
    for path in ["/openapi/unknown.json", "/openapi/workspace", "/openapi/Workspace.json", "/openapi"] {
        let answer = app.get(path).send().await;
        answer.assert(404, &json!({"error": "ResourceNotFound", "detail": "Not found"}));
    }
    let posted = app.post("/openapi/workspace.json").send().await;
    assert_eq!((posted.status, posted.header("allow")), (405, "GET, HEAD"));
}

fn assert_page(answer: &Answer) {
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("script-src 'self';"), "{policy}");
    assert!(!answer.text().contains("https://"), "nothing from elsewhere");
}

async fn the_pages_lead_to_every_document(app: TestApp) {
    let index = app.get("/docs").send().await;
    assert_page(&index);
    for document in Document::ALL {
        let (page, file) =
            (format!("/docs/{}", document.name()), format!("/openapi/{}.json", document.name()));
        assert!(index.text().contains(&format!("href=\"{page}\"")) && index.text().contains(&file));
        let reference = app.get(&page).send().await;
        assert_page(&reference);
        assert!(reference.text().contains(&format!("data-document=\"{file}\"")));
        let text = reference.text();
        for asset in text.split('"').filter(|text| text.starts_with("/assets/")) {
            let answer = app.get(asset).send().await;
            assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{asset}");
        }
    }
}

async fn an_unknown_page_looks_like_any_other(app: TestApp) {
    let unknown = app.get("/unknown").send().await;
    for path in ["/docs/unknown", "/docs/workspace.json", "/docs/workspace/more"] {
        let answer = app.get(path).send().await;
        assert_eq!((answer.status, answer.text()), (404, unknown.text()), "{path}");
    }
}

async fn the_library_is_sent_as_it_is_kept(app: TestApp) {
    let answer = app.get("/assets/scalar.js").send().await;
    assert_eq!((answer.status, answer.header("content-encoding")), (200, "gzip"));
    assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(answer.body.get(..2), Some([0x1f, 0x8b].as_slice()));
}

//! The portal's own files.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;

use super::{portal, signed_in};

both_databases![every_file_of_a_page_is_ours_and_is_kept, a_file_of_another_version_is_not_kept_for_long];

async fn every_file_of_a_page_is_ours_and_is_kept(app: TestApp) {
    let page = portal(&app, &signed_in(&app).await).await.text();
    let files: Vec<_> = page.split('"').filter(|text| text.starts_with("/assets/")).collect();
    assert_eq!(files.len(), 2, "{files:?}");
    for file in files {
        let answer = app.get(file).send().await;
        let expected = if file.contains(".css") { "text/css; charset=utf-8" } else { "image/svg+xml" };
        assert_eq!((answer.status, answer.header("content-type")), (200, expected));
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(!answer.text().contains("http://") || file.contains(".svg"), "nothing from elsewhere");
        assert!(!answer.text().contains("@import") && !answer.text().contains("url("));
    }
}

async fn a_file_of_another_version_is_not_kept_for_long(app: TestApp) {
    for path in ["/assets/portal.css", "/assets/portal-enter.js?v=0", "/assets/portal.svg?v="] {
        let answer = app.get(path).send().await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "public, max-age=60"));
    }
    let script = app.get("/assets/portal-enter.js").send().await;
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
}

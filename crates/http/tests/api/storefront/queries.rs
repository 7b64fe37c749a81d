//! What a query string of `/store` may say: fields, order, filters, and lists and operators as `qs` writes them.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::{customer, invalid, me, registration};

both_databases![
    every_answer_about_a_customer_shows_the_fields_that_were_asked_for,
    every_answer_about_an_address_does,
    the_whole_customer_is_shown_unless_fields_are_named,
    orders_may_be_asked_for_and_there_are_none,
    fields_that_there_are_not_are_refused,
    what_is_unknown_is_refused_by_name,
    a_list_is_sorted_as_asked,
    a_list_is_searched_in_any_case,
    a_list_is_narrowed_by_texts,
    a_list_is_narrowed_by_moments,
    filters_hold_together,
    a_refused_query_changes_nothing,
    another_query_under_the_same_key_is_another_request,
    ap_03_what_is_searched_for_in_a_book_is_inert,
];

const BOOK: &str = "/store/customers/me/addresses";

/// A customer with three addresses: Home in London, Office in berlin, and Nowhere.
async fn with_book(app: &TestApp) -> String {
    let jwt = customer(app, "ada@example.com").await;
    for address in [
        json!({"address_name": "Home", "city": "London", "postal_code": "SW1Y 4JH", "country_code": "gb",
               "address_1": "12 St James's Square", "first_name": "Ada", "is_default_shipping": true}),
        json!({"address_name": "Office", "city": "berlin", "postal_code": "10115", "country_code": "de",
               "address_1": "Straße 12", "company": "ENGINES", "phone": "+49 30 12"}),
        json!({"address_name": "Nowhere"}),
    ] {
        app.clock.advance(Duration::seconds(1));
        app.shop("POST", BOOK).bearer(&jwt).json(&address).send().await.expect(200);
    }
    jwt
}

async fn list(app: &TestApp, jwt: &str, query: &str) -> Answer {
    app.shop("GET", &format!("{BOOK}?{query}")).bearer(jwt).send().await
}

/// The names of the addresses that such a list has.
async fn names(app: &TestApp, jwt: &str, query: &str) -> Vec<String> {
    let body = list(app, jwt, query).await.expect(200);
    let addresses = body["addresses"].as_array().unwrap();
    assert_eq!(body["count"], addresses.len(), "{query}");
    addresses.iter().map(|one| one["address_name"].as_str().unwrap().to_owned()).collect()
}

async fn every_answer_about_a_customer_shows_the_fields_that_were_asked_for(app: TestApp) {
    let registration = registration(&app, "ada@example.com").await;
    let asked = "?fields=email,addresses.city";
    let post = |path: &str, jwt: &str, body: Value| {
        app.shop("POST", &format!("{path}{asked}")).bearer(jwt).json(&body).send()
    };
    let created = post("/store/customers", &registration, json!({"first_name": "Ada"})).await;
    let id = created.json()["customer"]["id"].clone();
    let customer = |addresses: Value| json!({"id": id, "email": "ada@example.com", "addresses": addresses});
    created.assert(200, &json!({"customer": customer(json!([]))}));
    let jwt = super::sign_in(&app, "ada@example.com").await;
    let updated = post("/store/customers/me", &jwt, json!({"first_name": "Augusta"})).await;
    updated.assert(200, &json!({"customer": customer(json!([]))}));
    let added = post(BOOK, &jwt, json!({"city": "London", "phone": "1"})).await;
    let address = added.json()["customer"]["addresses"][0]["id"].clone();
    added.assert(200, &json!({"customer": customer(json!([{"id": address, "city": "London"}]))}));
    let path = format!("{BOOK}/{}", address.as_str().unwrap());
    let moved = post(&path, &jwt, json!({"city": "Bath"})).await;
    let shown = customer(json!([{"id": address, "city": "Bath"}]));
    moved.assert(200, &json!({"customer": shown}));
    let read = app.shop("GET", &format!("/store/customers/me{asked}")).bearer(&jwt).send().await;
    read.assert(200, &json!({"customer": shown}));
    let removed = app.shop("DELETE", &format!("{path}{asked}")).bearer(&jwt).send().await;
    let parent = customer(json!([]));
    removed.assert(200, &json!({"id": address, "object": "address", "deleted": true, "parent": parent}));
}

async fn every_answer_about_an_address_does(app: TestApp) {
    let jwt = with_book(&app).await;
    let body = list(&app, &jwt, "fields=city,+postal_code&limit=1").await.expect(200);
    let id = body["addresses"][0]["id"].clone();
    let shown = json!({"id": id, "city": "London", "postal_code": "SW1Y 4JH"});
    assert_eq!(body, json!({"addresses": [shown], "count": 3, "offset": 0, "limit": 1}));
    let path = format!("{BOOK}/{}", id.as_str().unwrap());
    let one = app.shop("GET", &format!("{path}?fields=city,%2Bpostal_code")).bearer(&jwt).send().await;
    one.assert(200, &json!({"address": shown}));
    let mut whole = app.shop("GET", &path).bearer(&jwt).send().await.expect(200);
    for name in ["metadata", "phone"] {
        whole["address"].as_object_mut().unwrap().remove(name);
    }
    app.shop("GET", &format!("{path}?fields=-metadata,-phone")).bearer(&jwt).send().await.assert(200, &whole);
}

async fn the_whole_customer_is_shown_unless_fields_are_named(app: TestApp) {
    let jwt = with_book(&app).await;
    let whole = me(&app).bearer(&jwt).send().await.expect(200);
    assert_eq!(whole["customer"]["addresses"].as_array().unwrap().len(), 3);
    for query in
        ["", "?", "?fields=", "?fields=*addresses", "?fields=addresses.*", "?fields=+email", "?fields=-id"]
    {
        let path = format!("/store/customers/me{query}");
        app.shop("GET", &path).bearer(&jwt).send().await.assert(200, &whole);
    }
    let mut without = whole.clone();
    without["customer"].as_object_mut().unwrap().remove("addresses");
    let path = "/store/customers/me?fields=-addresses";
    app.shop("GET", path).bearer(&jwt).send().await.assert(200, &without);
}

async fn orders_may_be_asked_for_and_there_are_none(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mut whole = me(&app).bearer(&jwt).send().await.expect(200);
    whole["customer"]["orders"] = json!([]);
    for fields in ["*orders", "%2Borders", "+*orders", "orders.*"] {
        let path = format!("/store/customers/me?fields={fields}");
        app.shop("GET", &path).bearer(&jwt).send().await.assert(200, &whole);
    }
}

async fn fields_that_there_are_not_are_refused(app: TestApp) {
    let jwt = with_book(&app).await;
    for (path, fields, message) in [
        ("/store/customers/me", "x", "Requested fields [x] are not valid"),
        (
            "/store/customers/me",
            "email,%2Bgroups,-y,*name",
            "Requested fields [groups, y, name] are not valid",
        ),
        (
            "/store/customers/me",
            "workspace_id,store_metadata",
            "Requested fields [workspace_id, store_metadata] are not valid",
        ),
        (
            "/store/customers/me",
            "addresses.x,*addresses.city",
            "Requested fields [addresses.x, addresses.city] are not valid",
        ),
        (BOOK, "email", "Requested fields [email] are not valid"),
        (BOOK, "*customer", "Requested fields [customer] are not valid"),
    ] {
        let answer = app.shop("GET", &format!("{path}?fields={fields}")).bearer(&jwt).send().await;
        answer.assert(400, &invalid(message));
    }
    let twice = app.shop("GET", "/store/customers/me?fields=id&fields=email").bearer(&jwt).send().await;
    twice.assert(400, &invalid("Invalid request: Value for field 'fields' should be given once"));
}

async fn what_is_unknown_is_refused_by_name(app: TestApp) {
    let jwt = with_book(&app).await;
    let registration = registration(&app, "half.done@example.com").await;
    let body = me(&app).bearer(&jwt).send().await.expect(200);
    let path = format!("{BOOK}/{}", body["customer"]["addresses"][0]["id"].as_str().unwrap());
    let unknown = invalid("Invalid request: Unrecognized fields: 'expand'");
    for (method, path, jwt) in [
        ("POST", "/store/customers", &registration),
        ("GET", "/store/customers/me", &jwt),
        ("POST", "/store/customers/me", &jwt),
        ("GET", BOOK, &jwt),
        ("POST", BOOK, &jwt),
        ("GET", &path, &jwt),
        ("POST", &path, &jwt),
        ("DELETE", &path, &jwt),
    ] {
        let call = app.shop(method, &format!("{path}?expand=addresses&fields=x")).bearer(jwt);
        let call = if method == "POST" { call.json(&json!({})) } else { call };
        call.send().await.assert(400, &unknown);
    }
    for (query, names) in [
        ("company=x", "company"),
        ("b=1&a=1", "a, b"),
        ("city[$like]=x", "city[$like]"),
        ("city.x=1", "city[x]"),
        ("created_at=2026-01-02", "created_at"),
        ("created_at[$eq]=2026-01-02", "created_at[$eq]"),
        ("$and[0]=x", "$and"),
    ] {
        let message = format!("Invalid request: Unrecognized fields: '{names}'");
        list(&app, &jwt, query).await.assert(400, &invalid(message));
    }
}

async fn a_list_is_sorted_as_asked(app: TestApp) {
    let jwt = with_book(&app).await;
    for (order, expected) in [
        ("", ["Home", "Office", "Nowhere"]),
        ("created_at", ["Home", "Office", "Nowhere"]),
        ("-created_at", ["Nowhere", "Office", "Home"]),
        ("-updated_at", ["Nowhere", "Office", "Home"]),
        ("address_name", ["Home", "Nowhere", "Office"]),
        ("city", ["Home", "Office", "Nowhere"]),
        ("-city", ["Office", "Home", "Nowhere"]),
        ("country_code", ["Office", "Home", "Nowhere"]),
        ("-postal_code", ["Home", "Office", "Nowhere"]),
    ] {
        assert_eq!(names(&app, &jwt, &format!("order={order}")).await, expected, "{order}");
    }
    assert_eq!(names(&app, &jwt, "order=-is_default_shipping").await[0], "Home");
    for field in ["id", "company", "first_name", "last_name", "address_1", "address_2", "province", "phone"] {
        assert_eq!(names(&app, &jwt, &format!("order=-{field}")).await.len(), 3, "{field}");
    }
    for (order, name) in [
        ("x", "x"),
        ("-x", "x"),
        ("metadata", "metadata"),
        ("customer_id", "customer_id"),
        ("--city", "-city"),
        ("city,id", "city,id"),
    ] {
        let message = format!("Order field {name} is not valid");
        list(&app, &jwt, &format!("order={order}")).await.assert(400, &invalid(message));
    }
}

async fn a_list_is_searched_in_any_case(app: TestApp) {
    let jwt = with_book(&app).await;
    for (text, expected) in [
        ("12", &["Home", "Office"][..]),
        ("engines", &["Office"]),
        ("STRASSE", &[]),
        ("stra%C3%9Fe", &["Office"]),
        ("S", &["Home", "Office"]),
        ("nowhere", &["Nowhere"]),
        ("+49", &[]),
        ("gb", &[]),
        ("", &["Home", "Office", "Nowhere"]),
        ("+", &["Home", "Office", "Nowhere"]),
    ] {
        assert_eq!(names(&app, &jwt, &format!("q={text}")).await, expected, "{text}");
    }
    let message = "Invalid request: Value for field 'q' should have no control characters";
    list(&app, &jwt, "q=%00").await.assert(400, &invalid(message));
}

async fn a_list_is_narrowed_by_texts(app: TestApp) {
    let jwt = with_book(&app).await;
    for (query, expected) in [
        ("city=London", &["Home"][..]),
        ("city=london", &[]),
        ("city=+London+", &["Home"]),
        ("city=London&city=berlin", &["Home", "Office"]),
        ("city[]=London&city[]=berlin", &["Home", "Office"]),
        ("city%5B0%5D=London&city%5B1%5D=berlin", &["Home", "Office"]),
        ("city[$eq]=London", &["Home"]),
        ("city[$in][]=London&city[$in][]=Rome", &["Home"]),
        ("city[$in]=London&city[$in]=berlin&city[$eq]=berlin", &["Office"]),
        ("city[$ne]=London", &["Office", "Nowhere"]),
        ("city.$ne=London", &["Office", "Nowhere"]),
        ("city[$nin][0]=London&city[$nin][1]=berlin", &["Nowhere"]),
        ("city=London&city[$ne]=London", &[]),
        ("postal_code=10115", &["Office"]),
        ("country_code=DE", &["Office"]),
        ("country_code=de&country_code=GB", &["Home", "Office"]),
        ("country_code[$nin]=gb", &["Office", "Nowhere"]),
    ] {
        assert_eq!(names(&app, &jwt, query).await, expected, "{query}");
    }
    for (query, message) in [
        ("city=", "Value for field 'city' should not be blank"),
        ("city=a%0Ab", "Value for field 'city' should have no control characters"),
        (
            "country_code=usd",
            "Value for field 'country_code' should be a two-letter country code (ISO 3166-1 alpha-2)",
        ),
        ("postal_code[$in]=", "Value for field 'postal_code[$in]' should not be blank"),
    ] {
        list(&app, &jwt, query).await.assert(400, &invalid(format!("Invalid request: {message}")));
    }
}

async fn a_list_is_narrowed_by_moments(app: TestApp) {
    let jwt = with_book(&app).await;
    // They were made at :06.678, :07.678 and :08.678.
    for (query, expected) in [
        ("created_at[$gte]=2026-01-02T03:04:07.678Z", &["Office", "Nowhere"][..]),
        ("created_at[$gt]=2026-01-02T03:04:07.678Z", &["Nowhere"]),
        ("created_at[$lte]=2026-01-02T03:04:07.678Z", &["Home", "Office"]),
        ("created_at.$lt=2026-01-02T03:04:07.678Z", &["Home"]),
        ("created_at[$gte]=2026-01-02T04:04:07%2B01:00&created_at[$lt]=2026-01-02T03:04:08Z", &["Office"]),
        ("updated_at[$gt]=2026-01-02T03:04:08Z", &["Nowhere"]),
        ("updated_at[$gt]=2027-01-02T03:04:08Z", &[]),
    ] {
        assert_eq!(names(&app, &jwt, query).await, expected, "{query}");
    }
    let message = "Invalid request: Value for field 'created_at[$gte]' should be a time by RFC 3339";
    list(&app, &jwt, "created_at[$gte]=yesterday").await.assert(400, &invalid(message));
}

async fn filters_hold_together(app: TestApp) {
    let jwt = with_book(&app).await;
    let body = list(&app, &jwt, "q=12&city[$ne]=x&order=-city&limit=1&offset=1&fields=address_name")
        .await
        .expect(200);
    let shown = &body["addresses"][0];
    let expected = json!({"addresses": [{"id": shown["id"], "address_name": "Home"}], "count": 2, "offset": 1, "limit": 1});
    assert_eq!(body, expected);
    let message = "Invalid request: Value for field 'limit' should be a whole number of 1 or more; Unrecognized fields: 'a, b'";
    list(&app, &jwt, "limit=0&a=1&b=1&fields=x&order=x").await.assert(400, &invalid(message));
}

async fn a_refused_query_changes_nothing(app: TestApp) {
    let jwt = with_book(&app).await;
    let before = app.rows();
    let body = me(&app).bearer(&jwt).send().await.expect(200);
    let path = format!("{BOOK}/{}", body["customer"]["addresses"][0]["id"].as_str().unwrap());
    for (method, path) in
        [("POST", "/store/customers/me"), ("POST", BOOK), ("POST", &path), ("DELETE", &path)]
    {
        for query in ["fields=x", "x=1"] {
            let call = app.shop(method, &format!("{path}?{query}")).bearer(&jwt);
            let call = if method == "POST" { call.json(&json!({"first_name": "Eve"})) } else { call };
            assert_eq!(call.send().await.status, 400, "{method} {path}?{query}");
        }
    }
    assert_eq!(app.rows(), before);
}

async fn another_query_under_the_same_key_is_another_request(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let add = |query: &str| {
        let call = app.shop("POST", &format!("{BOOK}{query}")).bearer(&jwt).header("idempotency-key", "k");
        call.json(&json!({"city": "London"})).send()
    };
    let first = add("?fields=id").await;
    first.expect(200);
    assert_eq!(add("?fields=id").await.body, first.body);
    let other =
        json!({"type": "invalid_data", "message": "The Idempotency-Key was used for another request."});
    add("?fields=email").await.assert(422, &other);
    add("").await.assert(422, &other);
}

async fn ap_03_what_is_searched_for_in_a_book_is_inert(app: TestApp) {
    let jwt = with_book(&app).await;
    for text in ["%25", "_", "\\", "'", "' OR '1'='1", "%25' ESCAPE '", "\")", "*", "o%25e"] {
        let found = names(&app, &jwt, &format!("q={text}")).await;
        let expected: &[&str] = if text == "'" { &["Home"] } else { &[] };
        assert_eq!(found, expected, "{text}");
        assert!(names(&app, &jwt, &format!("city={text}")).await.is_empty(), "{text}");
    }
}

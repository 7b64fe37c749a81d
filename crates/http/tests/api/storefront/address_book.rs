//! `GET /store/customers/me/addresses`, and `GET`, `POST` and `DELETE` of one address.

use anteroom_testkit::app::{Answer, Call, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use super::{customer, invalid, me, nobody, not_a_customer, registration, sign_in};

both_databases![
    a_book_is_listed_oldest_first_and_counted,
    a_book_is_read_in_pieces,
    one_address_is_read,
    a_change_keeps_what_it_does_not_name_and_null_clears,
    a_province_is_one_of_its_country_after_a_change,
    a_flag_moves_with_a_change_and_is_given_up,
    an_address_that_is_sent_back_whole_is_refused,
    every_fault_of_a_change_is_named,
    a_removed_address_is_gone_and_its_flags_with_it,
    somebody_elses_addresses_are_nobodys,
    another_workspaces_addresses_are_nobodys,
    what_is_no_id_is_refused,
    a_book_opens_to_a_customer_and_nobody_else,
    sixteen_new_defaults_at_once_leave_one,
    of_sixteen_who_remove_an_address_one_does,
];

fn book(app: &TestApp, method: &str, jwt: &str) -> Call {
    app.shop(method, "/store/customers/me/addresses").bearer(jwt)
}

fn one(app: &TestApp, method: &str, jwt: &str, id: &str) -> Call {
    app.shop(method, &format!("/store/customers/me/addresses/{id}")).bearer(jwt)
}

/// Adds an address, a second after the one before.
async fn add(app: &TestApp, jwt: &str, body: Value) -> Value {
    app.clock.advance(Duration::seconds(1));
    let body = book(app, "POST", jwt).json(&body).send().await.expect(200);
    body["customer"]["addresses"].as_array().unwrap().last().unwrap().clone()
}

fn id_of(address: &Value) -> &str {
    address["id"].as_str().unwrap()
}

fn not_found(id: &str) -> Value {
    json!({"type": "not_found", "message": format!("Address with id: {id} was not found")})
}

async fn a_book_is_listed_oldest_first_and_counted(app: TestApp) {
    let (ada, grace) = (customer(&app, "ada@example.com").await, customer(&app, "grace@example.com").await);
    let nothing = json!({"addresses": [], "count": 0, "offset": 0, "limit": 50});
    book(&app, "GET", &ada).send().await.assert(200, &nothing);
    let mut own = Vec::new();
    for city in ["London", "Turin", "Paris"] {
        own.push(add(&app, &ada, json!({"city": city})).await);
    }
    add(&app, &grace, json!({"city": "Arlington"})).await;
    let expected = json!({"addresses": own, "count": 3, "offset": 0, "limit": 50});
    book(&app, "GET", &ada).send().await.assert(200, &expected);
}

async fn a_book_is_read_in_pieces(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mut own = Vec::new();
    for n in 0..105 {
        // All at one moment, so that their ids alone tell them apart.
        let body = book(&app, "POST", &jwt).json(&json!({"city": format!("{n}")})).send().await.expect(200);
        own.clone_from(body["customer"]["addresses"].as_array().unwrap());
    }
    for (query, from, shown, offset, limit) in [
        ("", 0, 50, 0, 50),
        ("?limit=100", 0, 100, 0, 100),
        ("?limit=5000000000", 0, 100, 0, 100),
        ("?offset=100&limit=101", 100, 5, 100, 100),
        ("?offset=7&limit=1&with_deleted=true", 7, 1, 7, 1),
        ("?offset=105", 105, 0, 105, 50),
        ("?offset=99999999999999999999", 105, 0, u32::MAX, 50),
    ] {
        let path = format!("/store/customers/me/addresses{query}");
        let piece = &own[from..from + shown];
        let expected = json!({"addresses": piece, "count": 105, "offset": offset, "limit": limit});
        app.shop("GET", &path).bearer(&jwt).send().await.assert(200, &expected);
    }
    let path = |query: &str| format!("/store/customers/me/addresses?{query}");
    for (query, message) in [
        ("limit=0", "Value for field 'limit' should be a whole number of 1 or more"),
        ("limit=-1", "Value for field 'limit' should be a whole number of 1 or more"),
        ("limit=ten", "Value for field 'limit' should be a whole number of 1 or more"),
        ("limit=1&limit=2", "Value for field 'limit' should be given once"),
        ("offset=-1", "Value for field 'offset' should be a whole number of 0 or more"),
        ("offset=1.5", "Value for field 'offset' should be a whole number of 0 or more"),
        ("with_deleted=yes", "Value for field 'with_deleted' should be true or false"),
    ] {
        let answer = app.shop("GET", &path(query)).bearer(&jwt).send().await;
        answer.assert(400, &invalid(format!("Invalid request: {message}")));
    }
}

async fn one_address_is_read(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    add(&app, &jwt, json!({"city": "Turin"})).await;
    let london = add(&app, &jwt, json!({"city": "London", "country_code": "GB"})).await;
    one(&app, "GET", &jwt, id_of(&london)).send().await.assert(200, &json!({"address": london}));
}

async fn a_change_keeps_what_it_does_not_name_and_null_clears(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let other = add(&app, &jwt, json!({"city": "Turin"})).await;
    let given = json!({
        "address_name": "Home", "company": "Engines", "first_name": "Ada", "last_name": "Lovelace",
        "address_1": "12 St James's Square", "address_2": "top floor", "city": "London", "country_code": "gb",
        "province": "gb-ldn", "postal_code": "SW1Y 4JH", "phone": "+44 20 7946 0000", "metadata": {"door": 7, "key": "mat"}
    });
    let mut home = add(&app, &jwt, given.clone()).await;
    let id = id_of(&home).to_owned();
    let change = async |body: &Value| -> Answer { one(&app, "POST", &jwt, &id).json(body).send().await };
    let shown = |answer: &Answer| -> Value {
        let body = answer.expect(200);
        let addresses = body["customer"]["addresses"].as_array().unwrap();
        assert_eq!((addresses.len(), &addresses[0]), (2, &other));
        assert_eq!(body["customer"]["updated_at"], super::START, "an address is no change of the customer");
        addresses[1].clone()
    };
    app.clock.advance(Duration::minutes(1));
    for nothing in [json!({}), json!({"city": " London "}), json!({"metadata": {"none": ""}}), given] {
        assert_eq!(shown(&change(&nothing).await), home, "nothing changes");
    }
    let moved = shown(&change(&json!({"city": "Bath", "metadata": {"door": "", "bell": true}})).await);
    home["city"] = json!("Bath");
    home["metadata"] = json!({"key": "mat", "bell": true});
    home["updated_at"] = json!("2026-01-02T03:05:07.678Z");
    assert_eq!(moved, home);
    for name in [
        "address_name",
        "company",
        "first_name",
        "last_name",
        "address_1",
        "address_2",
        "city",
        "province",
        "country_code",
        "postal_code",
        "phone",
    ] {
        home[name] = Value::Null;
        assert_eq!(shown(&change(&json!({name: null})).await), home, "{name}");
    }
    home["metadata"] = json!({});
    assert_eq!(shown(&change(&json!({"metadata": null})).await), home);
    one(&app, "GET", &jwt, &id).send().await.assert(200, &json!({"address": home}));
}

async fn a_province_is_one_of_its_country_after_a_change(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let address = add(&app, &jwt, json!({"country_code": "us", "province": "CA"})).await;
    let change = async |body: Value| one(&app, "POST", &jwt, id_of(&address)).json(&body).send().await;
    let state =
        "Invalid request: Value for field 'province' should be a state of the United States (ISO 3166-2)";
    change(json!({"province": "QC"})).await.assert(400, &invalid(state));
    let province = "Invalid request: Value for field 'province' should be a province of Canada (ISO 3166-2)";
    change(json!({"country_code": "ca"})).await.assert(400, &invalid(province));
    change(json!({"country_code": "ca", "province": "NY"})).await.assert(400, &invalid(province));
    let country = "Invalid request: Value for field 'country_code' should be a two-letter country code (ISO 3166-1 alpha-2)";
    change(json!({"country_code": "usd"})).await.assert(400, &invalid(country));
    let body = change(json!({"country_code": "CA", "province": "qc"})).await.expect(200);
    let shown = &body["customer"]["addresses"][0];
    assert_eq!((&shown["country_code"], &shown["province"]), (&json!("ca"), &json!("ca-qc")));
}

async fn a_flag_moves_with_a_change_and_is_given_up(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let both = json!({"is_default_shipping": true, "is_default_billing": true});
    let first = add(&app, &jwt, both).await;
    let second = add(&app, &jwt, json!({})).await;
    let flags = |body: &Value| -> Vec<(bool, bool)> {
        let all = body["customer"]["addresses"].as_array().unwrap().iter();
        all.map(|one| (one["is_default_shipping"] == true, one["is_default_billing"] == true)).collect()
    };
    for (id, change, expected, shipping, billing) in [
        (
            id_of(&second),
            json!({"is_default_billing": true}),
            [(true, false), (false, true)],
            Some(&first),
            Some(&second),
        ),
        (
            id_of(&second),
            json!({"is_default_shipping": true}),
            [(false, false), (true, true)],
            Some(&second),
            Some(&second),
        ),
        (
            id_of(&first),
            json!({"is_default_shipping": false}),
            [(false, false), (true, true)],
            Some(&second),
            Some(&second),
        ),
        (
            id_of(&second),
            json!({"is_default_shipping": false, "city": "Bath"}),
            [(false, false), (false, true)],
            None,
            Some(&second),
        ),
        (
            id_of(&first),
            json!({"is_default_billing": true}),
            [(false, true), (false, false)],
            None,
            Some(&first),
        ),
    ] {
        let body = one(&app, "POST", &jwt, id).json(&change).send().await.expect(200);
        assert_eq!(flags(&body), expected, "{change}");
        let id = |address: Option<&Value>| address.map_or(Value::Null, |address| address["id"].clone());
        assert_eq!(body["customer"]["default_shipping_address_id"], id(shipping));
        assert_eq!(body["customer"]["default_billing_address_id"], id(billing));
    }
    for name in ["is_default_shipping", "is_default_billing"] {
        let answer = one(&app, "POST", &jwt, id_of(&first)).json(&json!({name: null})).send().await;
        let message = format!("Invalid request: Expected type: 'boolean' for field '{name}', got: 'null'");
        answer.assert(400, &invalid(message));
    }
}

async fn an_address_that_is_sent_back_whole_is_refused(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let address = add(&app, &jwt, json!({"city": "London"})).await;
    let answer = one(&app, "POST", &jwt, id_of(&address)).json(&address).send().await;
    let message = "Invalid request: Unrecognized fields: 'created_at, customer_id, id, updated_at'";
    answer.assert(400, &invalid(message));
    let mut without = address.clone();
    for name in ["id", "customer_id", "created_at", "updated_at"] {
        without.as_object_mut().unwrap().remove(name);
    }
    let body = one(&app, "POST", &jwt, id_of(&address)).json(&without).send().await.expect(200);
    assert_eq!(body["customer"]["addresses"], json!([address]));
}

async fn every_fault_of_a_change_is_named(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let address = add(&app, &jwt, json!({"city": "London", "metadata": {"a": "x".repeat(9000)}})).await;
    for (body, message) in [
        (json!({"city": 7}), "Expected type: 'string' for field 'city', got: 'number'"),
        (json!({"city": "a\nb"}), "Value for field 'city' should have no control characters"),
        (json!({"phone": "1".repeat(65)}), "Value for field 'phone' should have at most 64 characters"),
        (json!({"metadata": []}), "Expected type: 'object' for field 'metadata', got: 'array'"),
        (
            json!({"metadata": {"b": "x".repeat(9000)}}),
            "Value for field 'metadata' should have at most 16 KiB of JSON",
        ),
        (
            json!({"city": 7, "line1": "x", "is_default_billing": "true"}),
            "Expected type: 'string' for field 'city', got: 'number'; Expected type: 'boolean' for field \
          'is_default_billing', got: 'string'; Unrecognized fields: 'line1'",
        ),
    ] {
        let answer = one(&app, "POST", &jwt, id_of(&address)).json(&body).send().await;
        answer.assert(400, &invalid(format!("Invalid request: {message}")));
    }
    one(&app, "GET", &jwt, id_of(&address)).send().await.assert(200, &json!({"address": address}));
}

async fn a_removed_address_is_gone_and_its_flags_with_it(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let stays = add(&app, &jwt, json!({"city": "Turin"})).await;
    let goes = add(&app, &jwt, json!({"is_default_shipping": true, "is_default_billing": true})).await;
    let answer =
        one(&app, "DELETE", &jwt, id_of(&goes)).header("content-type", "application/json").send().await;
    let after = me(&app).bearer(&jwt).send().await.expect(200);
    let customer = &after["customer"];
    assert_eq!(customer["addresses"], json!([stays]));
    assert_eq!(customer["default_shipping_address_id"], Value::Null);
    assert_eq!(customer["default_billing_address_id"], Value::Null);
    answer.assert(200, &json!({"id": goes["id"], "object": "address", "deleted": true, "parent": customer}));
    let gone = not_found(id_of(&goes));
    one(&app, "DELETE", &jwt, id_of(&goes)).send().await.assert(404, &gone);
    one(&app, "GET", &jwt, id_of(&goes)).send().await.assert(404, &gone);
    one(&app, "POST", &jwt, id_of(&goes)).json(&json!({})).send().await.assert(404, &gone);
}

async fn somebody_elses_addresses_are_nobodys(app: TestApp) {
    let (ada, grace) = (customer(&app, "ada@example.com").await, customer(&app, "grace@example.com").await);
    let hers = add(&app, &grace, json!({"city": "Arlington", "is_default_billing": true})).await;
    let before = app.rows();
    for id in [id_of(&hers), "6d9c1e6e-7d39-4f0f-8a51-0a1b2c3d4e5f"] {
        one(&app, "GET", &ada, id).send().await.assert(404, &not_found(id));
        one(&app, "POST", &ada, id).json(&json!({"city": "Rome"})).send().await.assert(404, &not_found(id));
        one(&app, "DELETE", &ada, id).send().await.assert(404, &not_found(id));
    }
    assert_eq!(app.rows(), before);
}

async fn another_workspaces_addresses_are_nobodys(app: TestApp) {
    let ada = customer(&app, "ada@example.com").await;
    let address = add(&app, &ada, json!({"city": "London"})).await;
    let other = app.other_workspace("other").await;
    let key = app.key_of(&other).await;
    let path = format!("/store/customers/me/addresses/{}", id_of(&address));
    for method in ["GET", "POST", "DELETE"] {
        let call = app
            .call(method, &path)
            .header("x-publishable-api-key", &key)
            .header("accept", "application/json");
        call.bearer(&ada).send().await.assert(401, &super::bad_token());
    }
}

async fn what_is_no_id_is_refused(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let message = "Invalid request: Value for field 'address_id' should be a version 4 UUID";
    for id in [
        "cuaddr_01",
        "00000000-0000-0000-0000-000000000000",
        "6d9c1e6e-7d39-1f0f-8a51-0a1b2c3d4e5f",
        "%00",
        "a%2Fb",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            one(&app, method, &jwt, id).send().await.assert(400, &invalid(message));
        }
    }
}

async fn a_book_opens_to_a_customer_and_nobody_else(app: TestApp) {
    let registered = registration(&app, "half.done@example.com").await;
    for (method, path) in [
        ("GET", "/store/customers/me/addresses"),
        ("POST", "/store/customers/me/addresses"),
        ("GET", "/store/customers/me/addresses/x"),
        ("POST", "/store/customers/me/addresses/x"),
        ("DELETE", "/store/customers/me/addresses/x"),
    ] {
        app.shop(method, path).send().await.assert(401, &nobody());
        app.shop(method, path).bearer(&registered).send().await.assert(401, &not_a_customer());
        app.shop(method, path).bearer("x").send().await.assert(401, &super::bad_token());
    }
}

async fn sixteen_new_defaults_at_once_leave_one(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mut ids = Vec::new();
    for _ in 0..16 {
        ids.push(id_of(&add(&app, &jwt, json!({})).await).to_owned());
    }
    let both = json!({"is_default_shipping": true, "is_default_billing": true});
    let answers = join_all(ids.iter().map(|id| one(&app, "POST", &jwt, id).json(&both).send())).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let jwt = sign_in(&app, "ada@example.com").await;
    let body = book(&app, "GET", &jwt).send().await.expect(200);
    let addresses = body["addresses"].as_array().unwrap();
    for flag in ["is_default_shipping", "is_default_billing"] {
        assert_eq!(addresses.iter().filter(|one| one[flag] == true).count(), 1);
    }
}

async fn of_sixteen_who_remove_an_address_one_does(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let address = add(&app, &jwt, json!({})).await;
    let answers = join_all((0..16).map(|_| one(&app, "DELETE", &jwt, id_of(&address)).send())).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [&[200][..], &[404; 15]].concat());
}

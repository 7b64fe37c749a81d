//! `anteroom customer show`.

use anteroom_app::{App, CustomerRef, MemberFilter};
use anteroom_domain::address::Address;
use anteroom_domain::member::Member;
use anteroom_domain::page::Page;
use anteroom_domain::text::{CountryCode, ExternalId, Line, Phone, Province, ReturnUrl};
use serde_json::{Value, json};

use crate::cli::{In, Output};
use crate::output::{cell, moment, table};

pub(super) async fn show(
    app: &App,
    workspace: &In,
    which: CustomerRef,
    output: &Output,
) -> anyhow::Result<()> {
    let workspace = crate::commands::find_workspace(app, workspace).await?;
    let found = super::find(app, &workspace, which).await?;
    let shopper = app.shopper((&found).into()).await?;
    let customer = &shopper.customer;
    let filter = MemberFilter { customer: Some(customer.id), ..MemberFilter::default() };
    let first = Page { offset: 0, limit: Page::MAX_LIMIT };
    let members = app.members(workspace.id, filter, first).await?;
    let sessions = app.sessions_of_customer(workspace.id, customer.id, first).await?.total;

    let mut value = super::shown(customer)?;
    let contact = &customer.contact;
    let more = json!({
        "billing_name": customer.billing_name(),
        "first_name": contact.first_name.as_ref().map(Line::as_str),
        "last_name": contact.last_name.as_ref().map(Line::as_str),
        "company_name": contact.company_name.as_ref().map(Line::as_str),
        "phone": contact.phone.as_ref().map(Phone::as_str),
        "avatar_url": customer.avatar_url.as_ref().map(ReturnUrl::as_str),
        "metadata": customer.metadata.as_map(),
        "addresses": shopper.addresses.iter().map(address).collect::<Vec<_>>(),
        "members": members.items.iter().map(member).collect::<Result<Vec<_>, _>>()?,
        "members_total": members.total,
        "live_sessions": sessions,
    });
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    Ok(output.print(&value, &lines(&value))?)
}

fn address(address: &Address) -> Value {
    let postal = &address.postal;
    let text = |line: &Option<Line>| line.as_ref().map(|line| line.as_str().to_owned());
    json!({
        "id": address.id.to_string(),
        "is_default_shipping": address.is_default_shipping,
        "is_default_billing": address.is_default_billing,
        "address_name": text(&postal.address_name),
        "company": text(&postal.company),
        "first_name": text(&postal.first_name),
        "last_name": text(&postal.last_name),
        "address_1": text(&postal.address_1),
        "address_2": text(&postal.address_2),
        "city": text(&postal.city),
        "province": postal.province.as_ref().map(Province::as_str),
        "postal_code": text(&postal.postal_code),
        "country_code": postal.country_code.as_ref().map(CountryCode::as_str),
        "phone": postal.phone.as_ref().map(Phone::as_str),
    })
}

fn member(member: &Member) -> anyhow::Result<Value> {
    Ok(json!({
        "id": member.id.to_string(),
        "external_id": member.external_id.as_ref().map(ExternalId::as_str),
        "email": member.email.as_str(),
        "name": member.name.as_ref().map(Line::as_str),
        "role": member.role.as_str(),
        "created_at": moment(member.created_at)?,
    }))
}

fn lines(value: &Value) -> String {
    let profile = [
        "id",
        "external_id",
        "email",
        "email_verified",
        "name",
        "billing_name",
        "type",
        "has_account",
        "company_name",
        "phone",
        "created_at",
        "modified_at",
        "live_sessions",
    ];
    let mut lines: Vec<_> = profile.iter().map(|name| format!("{name:16}{}", cell(value, name))).collect();
    let list = |name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (addresses, members) = (list("addresses"), list("members"));
    if !addresses.is_empty() {
        let columns = ["id", "address_1", "postal_code", "city", "province", "country_code"];
        let rows = addresses.iter().map(|value| columns.map(|name| cell(value, name)));
        let head = ["ADDRESS", "FIRST LINE", "POSTAL CODE", "CITY", "PROVINCE", "COUNTRY"];
        lines.extend([String::new(), table(head, rows)]);
    }
    if !members.is_empty() {
        let rows = members.iter().map(|value| ["id", "email", "name", "role"].map(|name| cell(value, name)));
        lines.extend([String::new(), table(["MEMBER", "EMAIL", "NAME", "ROLE"], rows)]);
    }
    lines.join("\n")
}

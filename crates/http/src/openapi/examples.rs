//! What the documents show: the records of one customer, the same on every page.

use serde_json::{Value, json};

const WORKSPACE: &str = "b1c7d2a0-5e4f-4a3b-8c6d-7e8f9a0b1c2d";
/// When everything was made.
pub(crate) const MADE: &str = "2026-03-14T09:26:53.589Z";
const ENDS: &str = "2026-03-14T10:26:53.589Z";

/// The id of the customer.
pub(crate) const CUSTOMER: &str = "3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60";
/// The id of the customer's address.
pub(crate) const ADDRESS: &str = "c0ffee00-1234-4abc-9def-0123456789ab";
/// The id of a customer that goes up in the other.
pub(crate) const MERGED: &str = "0d9e8f7a-6b5c-4d4e-9f3a-2b1c0d9e8f7a";
/// The id of the customer's first member.
pub(crate) const MEMBER: &str = "5a6b7c8d-9e0f-4a1b-8c2d-3e4f5a6b7c8d";
/// The token of the customer's session; it opens nothing.
pub(crate) const SESSION_TOKEN: &str = "anteroom_cst_pNoxb5ByzGpDDAeFDxU40TFhsoHckz0ZbsQ31gNstk73U7RMp";
/// A JWT, cut short.
pub(crate) const JWT: &str =
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJFZERTQSIsImtpZCI6IjJmIn0.eyJhY3Rvcl9pZCI6IiJ9.c2lnbmF0dXJl";

/// An access token in plain text; it opens nothing.
const ACCESS_TOKEN: &str = "anteroom_wat_kXh2b6Q0Tn8mZr4Wc9LdYs1VeGu5JpAf3oHiMt7KxRqNBw0ZyC";
/// The token of a link to stop a change of an e-mail address; it opens nothing.
pub(crate) const CANCELLATION_TOKEN: &str = "anteroom_evc_NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnArl63XykWZeiNN";
/// The token of a link to prove an e-mail address; it opens nothing.
pub(crate) const VERIFICATION_TOKEN: &str = "anteroom_evt_NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnArl63XykWZeiNN";
/// The id of a passkey.
pub(crate) const PASSKEY: &str = "7c1d2e3f-4a5b-4c6d-8e7f-0a1b2c3d4e5f";
/// The token of a question to an authenticator; it opens nothing.
pub(crate) const PASSKEY_CEREMONY: &str = "anteroom_pkc_NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnArl63XykWZeiNN";
/// The id of an authenticator app.
pub(crate) const AUTHENTICATOR_APP: &str = "2b6f0c1d-7e8a-4f3b-9c5d-6a7b8c9d0e1f";
pub(crate) const SESSION: &str = "9d8c7b6a-5f4e-4d3c-9b2a-1f0e9d8c7b6a";

/// The customer, as the Workspace API shows it.
pub(crate) fn customer() -> Value {
    json!({
        "id": CUSTOMER,
        "created_at": MADE,
        "modified_at": null,
        "metadata": {"plan": "gold"},
        "external_id": "usr_1337",
        "email": "john@example.com",
        "email_verified": false,
        "name": "John Doe",
        "billing_address": billing_address(),
        "workspace_id": WORKSPACE,
        "deleted_at": null,
        "avatar_url": null,
        "type": "individual",
    })
}

/// The customer with all that belongs to it.
pub(crate) fn customer_state() -> Value {
    let mut state = customer();
    let more = json!({
        "shipping_address": billing_address(),
        "has_account": true,
        "disabled_at": null,
        "members": [member()],
        "sessions": {"customer": 0, "member": 1, "store": 2},
    });
    if let (Value::Object(state), Value::Object(more)) = (&mut state, more) {
        state.extend(more);
    }
    state
}

/// A customer in whom another one has gone up.
pub(crate) fn merged() -> Value {
    json!({
        "dry_run": false,
        "merged_id": MERGED,
        "external_id_alias": "usr_42",
        "moved": {"addresses": 2, "members": 0, "sign_ins": 1},
        "ended": {"members": 1, "sessions": 3},
        "customer": customer(),
    })
}

/// A billing address.
pub(crate) fn billing_address() -> Value {
    json!({
        "country": "US",
        "line1": "1 Market Street",
        "line2": null,
        "postal_code": "94105",
        "city": "San Francisco",
        "state": "US-CA",
    })
}

/// The customer, as whoever acts for it sees it.
pub(crate) fn me() -> Value {
    json!({
        "id": CUSTOMER,
        "created_at": MADE,
        "modified_at": null,
        "email": "john@example.com",
        "email_verified": false,
        "name": "John Doe",
        "billing_name": "Doe Ltd",
        "billing_address": billing_address(),
        "oauth_accounts": {},
        "type": "individual",
    })
}

/// A member of the customer.
pub(crate) fn member() -> Value {
    json!({
        "id": MEMBER,
        "created_at": MADE,
        "modified_at": null,
        "workspace_id": WORKSPACE,
        "customer_id": CUSTOMER,
        "email": "john@example.com",
        "name": "John Doe",
        "external_id": null,
        "role": "owner",
    })
}

/// An address of the customer, as the Workspace API shows it.
pub(crate) fn address() -> Value {
    json!({
        "id": ADDRESS,
        "created_at": MADE,
        "modified_at": null,
        "customer_id": CUSTOMER,
        "address_name": "Office",
        "is_default_billing": true,
        "is_default_shipping": false,
        "first_name": "John",
        "last_name": "Doe",
        "company": null,
        "line1": "1 Market Street",
        "line2": null,
        "postal_code": "94105",
        "city": "San Francisco",
        "state": "US-CA",
        "country": "US",
        "phone": null,
        "metadata": {},
    })
}

/// A customer session that was just opened.
pub(crate) fn opened_session() -> Value {
    json!({
        "created_at": MADE,
        "modified_at": null,
        "id": SESSION,
        "token": SESSION_TOKEN,
        "expires_at": ENDS,
        "return_url": "https://example.com/account",
        "customer_portal_url": "https://id.example.com/demo/portal?code=anteroom_pec_NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnArl63XykWZeiNN",
        "customer_id": CUSTOMER,
        "customer": customer(),
    })
}

/// A customer session, without its token.
pub(crate) fn session() -> Value {
    json!({
        "created_at": MADE,
        "modified_at": null,
        "id": SESSION,
        "type": "customer",
        "expires_at": ENDS,
        "return_url": "https://example.com/account",
        "customer_id": CUSTOMER,
        "member_id": null,
    })
}

/// What a live token opens.
pub(crate) fn introspected() -> Value {
    json!({
        "active": true,
        "id": SESSION,
        "type": "customer",
        "customer_id": CUSTOMER,
        "member_id": null,
        "expires_at": ENDS,
        "return_url": "https://example.com/account",
    })
}

/// A session to its own holder.
pub(crate) fn own_session() -> Value {
    json!({"expires_at": ENDS, "return_url": "https://example.com/account"})
}

/// Who acts in a session.
pub(crate) fn actor() -> Value {
    json!({
        "type": "member",
        "name": "John Doe",
        "email": "john@example.com",
        "customer_id": CUSTOMER,
        "member_id": MEMBER,
        "role": "owner",
    })
}

/// A sign-in to the shop, as a merchant sees it.
pub(crate) fn any_session() -> Value {
    json!({
        "id": SESSION,
        "kind": "store",
        "member_id": null,
        "created_at": MADE,
        "last_used_at": "2026-03-14T09:41:00.000Z",
        "expires_at": "2026-04-13T09:26:53.589Z",
        "ip_address": "198.51.100.7",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    })
}

/// A sign-in to the shop, as the shopper sees it.
pub(crate) fn sign_in() -> Value {
    json!({
        "id": SESSION,
        "provider": "emailpass",
        "ip_address": "198.51.100.7",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
        "created_at": MADE,
        "last_used_at": "2026-03-14T09:41:00.000Z",
        "expires_at": "2026-04-13T09:26:53.589Z",
        "current": true,
    })
}

/// A workspace.
pub(crate) fn workspace() -> Value {
    json!({
        "id": WORKSPACE,
        "created_at": MADE,
        "modified_at": null,
        "slug": "demo",
        "name": "Demo",
        "member_model_enabled": true,
        "allowed_origins": ["https://shop.example"],
        "customer_session_lifetime": null,
        "session_idle_timeout": 1800,
        "session_absolute_lifetime": null,
        "jwt_lifetime": null,
        "return_url_hosts": ["shop.example"],
        "providers": {"emailpass": true, "otp": false, "passkey_domain": null},
        "silent_registration": false,
        "email_verification": "off",
        "portal": {
            "brand_name": null,
            "color": "#1f6b58",
            "logo_url": "https://cdn.example/logo.svg",
            "back_url": "https://shop.example/account",
        },
        "mail": {"sender_name": "Demo", "sender_address": "shop@example.com", "language": "en", "security_contact": "security@example.com"},
        "links": {
            "password_reset": "https://shop.example/reset?token={token}",
            "verify_email": null,
            "change_email": null,
        },
    })
}

/// An access token, never in plain text.
pub(crate) fn access_token() -> Value {
    json!({
        "id": "7c6b5a49-3827-4615-8f4e-3d2c1b0a9f8e",
        "created_at": MADE,
        "modified_at": null,
        "scopes": ["customer_sessions:write", "customers:read"],
        "expires_at": "2026-06-12T09:26:53.589Z",
        "rotated_at": null,
        "comment": "billing",
        "last_used_at": null,
        "workspace_id": WORKSPACE,
    })
}

/// An access token that was just made.
pub(crate) fn issued_access_token() -> Value {
    json!({"workspace_access_token": access_token(), "token": ACCESS_TOKEN})
}

/// An access token that was just made, and the one that it replaces.
pub(crate) fn rotated_access_token() -> Value {
    let previous = json!({
        "id": "1a2b3c4d-5e6f-4708-9a1b-2c3d4e5f6071",
        "created_at": "2025-12-14T09:26:53.589Z",
        "modified_at": MADE,
        "scopes": ["customer_sessions:write", "customers:read"],
        "expires_at": ENDS,
        "rotated_at": MADE,
        "comment": "billing",
        "last_used_at": "2026-03-14T09:26:00.000Z",
        "workspace_id": WORKSPACE,
    });
    json!({"workspace_access_token": access_token(), "token": ACCESS_TOKEN, "previous": previous})
}

/// A publishable key.
pub(crate) fn publishable_key() -> Value {
    json!({
        "id": "2b3c4d5e-6f70-4819-8b2c-3d4e5f607182",
        "created_at": MADE,
        "modified_at": null,
        "key": "pk_Vb7Qk2Ls9Xw4Ht1Nc6Rz8Fd3Jg5Mp0Ya2Uo7Ei4Ks9Tq1Bv6WnZx",
        "title": "web shop",
        "workspace_id": WORKSPACE,
    })
}

/// What shoppers sign in with on somebody else's page.
pub(crate) fn identity_provider() -> Value {
    json!({
        "name": "keycloak",
        "created_at": MADE,
        "modified_at": null,
        "type": "oidc",
        "display_name": "OpenID Connect",
        "issuer": "https://login.example/realms/shop",
        "client_id": "shop",
        "has_client_secret": true,
        "callback_urls": ["https://shop.example/account/callback"],
        "trusts_email": true,
        "enabled": true,
    })
}

/// The customer with the address book, as the Store API shows it.
pub(crate) fn shopper() -> Value {
    json!({
        "id": CUSTOMER,
        "email": "user@example.com",
        "default_billing_address_id": null,
        "default_shipping_address_id": ADDRESS,
        "company_name": null,
        "first_name": "Grace",
        "last_name": "Hopper",
        "addresses": [shoppers_address()],
        "phone": "+1 703 555 0100",
        "metadata": {"newsletter": true},
        "has_account": true,
        "created_at": MADE,
        "updated_at": MADE,
        "deleted_at": null,
    })
}

/// An address of the customer, as the Store API shows it.
pub(crate) fn shoppers_address() -> Value {
    json!({
        "id": ADDRESS,
        "address_name": "Home",
        "is_default_shipping": true,
        "is_default_billing": false,
        "customer_id": CUSTOMER,
        "company": null,
        "first_name": "Grace",
        "last_name": "Hopper",
        "address_1": "12 Navy Yard",
        "address_2": null,
        "city": "Arlington",
        "country_code": "us",
        "province": "us-va",
        "postal_code": "22202",
        "phone": null,
        "metadata": {},
        "created_at": MADE,
        "updated_at": MADE,
    })
}

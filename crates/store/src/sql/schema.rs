//! The tables, as the migrations make them; a test compares the two.

diesel::table! {
    use diesel::sql_types::{Binary, SmallInt};
    use crate::sql::types::TimeSql;

    installation (id) {
        id -> SmallInt,
        key_check -> Binary,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql::types::TimeSql;

    signing_keys (kid) {
        kid -> Text,
        sealed -> Binary,
        created_at -> TimeSql,
        signs_from -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::sql::types::{JsonSql, TimeSql, UuidSql};

    workspaces (id) {
        id -> UuidSql,
        slug -> Text,
        name -> Text,
        member_model_enabled -> Bool,
        allowed_origins -> JsonSql,
        settings -> JsonSql,
        created_at -> TimeSql,
        modified_at -> Nullable<TimeSql>,
        disabled_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::sql::types::UuidSql;

    workspace_origins (workspace_id, position) {
        workspace_id -> UuidSql,
        position -> Integer,
        origin -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::sql::types::{JsonSql, TimeSql, UuidSql};

    customers (id) {
        id -> UuidSql,
        workspace_id -> UuidSql,
        kind -> Text,
        has_account -> Bool,
        external_id -> Nullable<Text>,
        email -> Text,
        email_key -> Text,
        email_verified -> Bool,
        name -> Nullable<Text>,
        billing_name -> Nullable<Text>,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        company_name -> Nullable<Text>,
        phone -> Nullable<Text>,
        avatar_url -> Nullable<Text>,
        metadata -> JsonSql,
        store_metadata -> JsonSql,
        created_at -> TimeSql,
        modified_at -> Nullable<TimeSql>,
        deleted_at -> Nullable<TimeSql>,
        disabled_at -> Nullable<TimeSql>,
        name_key -> Text,
        external_id_key -> Text,
        merged_into -> Nullable<UuidSql>,
        is_indexed -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql::types::{TimeSql, UuidSql};

    members (id) {
        id -> UuidSql,
        workspace_id -> UuidSql,
        customer_id -> UuidSql,
        external_id -> Nullable<Text>,
        email -> Text,
        email_key -> Text,
        name -> Nullable<Text>,
        role -> Text,
        created_at -> TimeSql,
        modified_at -> Nullable<TimeSql>,
        deleted_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::sql::types::{JsonSql, TimeSql, UuidSql};

    addresses (id) {
        id -> UuidSql,
        customer_id -> UuidSql,
        is_default_shipping -> Bool,
        is_default_billing -> Bool,
        address_name -> Nullable<Text>,
        company -> Nullable<Text>,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        address_1 -> Nullable<Text>,
        address_2 -> Nullable<Text>,
        city -> Nullable<Text>,
        country_code -> Nullable<Text>,
        province -> Nullable<Text>,
        postal_code -> Nullable<Text>,
        phone -> Nullable<Text>,
        metadata -> JsonSql,
        created_at -> TimeSql,
        updated_at -> TimeSql,
        search_key -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql::types::{TimeSql, UuidSql};

    customer_sessions (token_hash) {
        token_hash -> Binary,
        customer_id -> UuidSql,
        member_id -> Nullable<UuidSql>,
        return_url -> Nullable<Text>,
        created_at -> TimeSql,
        expires_at -> TimeSql,
        revoked_at -> Nullable<TimeSql>,
        entered_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::sql::types::TimeSql;

    portal_cookies (cookie_hash) {
        cookie_hash -> Binary,
        session_token_hash -> Binary,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::sql::types::{TimeSql, UuidSql};

    auth_identities (id) {
        id -> UuidSql,
        workspace_id -> UuidSql,
        customer_id -> Nullable<UuidSql>,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::types::{TimeSql, UuidSql};

    provider_identities (id) {
        id -> UuidSql,
        workspace_id -> UuidSql,
        auth_identity_id -> UuidSql,
        provider -> Text,
        email -> Text,
        email_key -> Text,
        password_hash -> Text,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql::types::{TimeSql, UuidSql};

    store_sessions (id) {
        id -> UuidSql,
        auth_identity_id -> UuidSql,
        provider -> Text,
        cookie_hash -> Nullable<Binary>,
        user_agent -> Nullable<Text>,
        created_at -> TimeSql,
        last_used_at -> TimeSql,
        expires_at -> TimeSql,
        revoked_at -> Nullable<TimeSql>,
        ip_address -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql::types::{TimeSql, UuidSql};

    access_tokens (id) {
        id -> UuidSql,
        workspace_id -> UuidSql,
        token_hash -> Binary,
        scopes -> Text,
        comment -> Text,
        created_at -> TimeSql,
        expires_at -> Nullable<TimeSql>,
        revoked_at -> Nullable<TimeSql>,
        last_used_at -> Nullable<TimeSql>,
        modified_at -> Nullable<TimeSql>,
        rotated_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql::types::{TimeSql, UuidSql};

    publishable_keys (id) {
        id -> UuidSql,
        workspace_id -> UuidSql,
        key -> Text,
        title -> Text,
        created_at -> TimeSql,
        revoked_at -> Nullable<TimeSql>,
        modified_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql::types::TimeSql;

    jobs (name) {
        name -> Text,
        holder -> Nullable<Text>,
        taken_at -> Nullable<TimeSql>,
        expires_at -> Nullable<TimeSql>,
        runs -> BigInt,
        started_at -> Nullable<TimeSql>,
        finished_at -> Nullable<TimeSql>,
        outcome -> Nullable<Text>,
        swept -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::sql::types::{TimeSql, UuidSql};

    idempotent_answers (key_hash) {
        key_hash -> Binary,
        workspace_id -> UuidSql,
        customer_id -> Nullable<UuidSql>,
        sealed -> Binary,
        created_at -> TimeSql,
        expires_at -> TimeSql,
    }
}

diesel::table! {
    use crate::sql::types::{TimeSql, UuidSql};

    mail_counts (outbox_message_id) {
        outbox_message_id -> UuidSql,
        customer_id -> UuidSql,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::sql::types::{TimeSql, UuidSql};

    outbox_messages (id) {
        id -> UuidSql,
        workspace_id -> UuidSql,
        customer_id -> Nullable<UuidSql>,
        recipient -> Text,
        template -> Text,
        sealed -> Binary,
        created_at -> TimeSql,
        due_at -> TimeSql,
        expires_at -> TimeSql,
        attempts -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::types::{TimeSql, UuidSql};

    customer_words (workspace_id, word, customer_id) {
        workspace_id -> UuidSql,
        word -> Text,
        customer_id -> UuidSql,
        created_at -> TimeSql,
        name_key -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::types::{TimeSql, UuidSql};

    customer_notes (workspace_id, key, value, customer_id) {
        workspace_id -> UuidSql,
        key -> Text,
        value -> Text,
        customer_id -> UuidSql,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};
    use crate::sql::types::{TimeSql, UuidSql};

    customer_imports (workspace_id, content_hash) {
        workspace_id -> UuidSql,
        content_hash -> Binary,
        records -> BigInt,
        created -> BigInt,
        updated -> BigInt,
        skipped -> BigInt,
        refused -> BigInt,
        changed_at -> TimeSql,
        finished_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer};
    use crate::sql::types::TimeSql;

    failed_attempts (source_hash) {
        source_hash -> Binary,
        count -> Integer,
        open_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::sql::types::{TimeSql, UuidSql};

    known_addresses (source_hash) {
        source_hash -> Binary,
        auth_identity_id -> UuidSql,
        last_seen_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::sql::types::{TimeSql, UuidSql};

    password_resets (token_hash) {
        token_hash -> Binary,
        auth_identity_id -> UuidSql,
        created_at -> TimeSql,
        expires_at -> TimeSql,
        ended_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql::types::{TimeSql, UuidSql};

    email_verifications (token_hash) {
        token_hash -> Binary,
        customer_id -> UuidSql,
        created_at -> TimeSql,
        expires_at -> TimeSql,
        ended_at -> Nullable<TimeSql>,
        new_email -> Nullable<Text>,
        cancel_token_hash -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql::types::{JsonSql, TimeSql, UuidSql};

    identity_providers (workspace_id, name) {
        workspace_id -> UuidSql,
        name -> Text,
        settings -> JsonSql,
        sealed_secret -> Nullable<Binary>,
        created_at -> TimeSql,
        modified_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::types::{TimeSql, UuidSql};

    federated_identities (workspace_id, issuer, subject) {
        workspace_id -> UuidSql,
        issuer -> Text,
        subject -> Text,
        auth_identity_id -> UuidSql,
        email -> Text,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql::types::{TimeSql, UuidSql};

    sign_in_flows (state_hash) {
        state_hash -> Binary,
        workspace_id -> UuidSql,
        provider -> Text,
        callback_url -> Text,
        browser_hash -> Nullable<Binary>,
        sealed -> Binary,
        created_at -> TimeSql,
        expires_at -> TimeSql,
        customer_id -> Nullable<UuidSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::sql::types::{TimeSql, UuidSql};

    sign_in_codes (flow_hash) {
        flow_hash -> Binary,
        workspace_id -> UuidSql,
        email -> Text,
        email_key -> Text,
        code_hash -> Binary,
        guesses -> Integer,
        created_at -> TimeSql,
        expires_at -> TimeSql,
        ended_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::sql::types::{TimeSql, UuidSql};

    authenticator_apps (id) {
        id -> UuidSql,
        customer_id -> UuidSql,
        label -> Nullable<Text>,
        secret_sealed -> Binary,
        last_step -> BigInt,
        created_at -> TimeSql,
        confirmed_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::sql::types::{TimeSql, UuidSql};

    recovery_codes (code_hash) {
        code_hash -> Binary,
        customer_id -> UuidSql,
        created_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Text};
    use crate::sql::types::{TimeSql, UuidSql};

    second_factor_challenges (token_hash) {
        token_hash -> Binary,
        id -> UuidSql,
        workspace_id -> UuidSql,
        auth_identity_id -> UuidSql,
        provider -> Text,
        guesses -> Integer,
        created_at -> TimeSql,
        expires_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql::types::{TimeSql, UuidSql};

    passkeys (id) {
        id -> UuidSql,
        workspace_id -> UuidSql,
        customer_id -> UuidSql,
        credential_id -> Binary,
        user_handle -> UuidSql,
        label -> Nullable<Text>,
        credential -> Text,
        created_at -> TimeSql,
        last_used_at -> Nullable<TimeSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::sql::types::{TimeSql, UuidSql};

    passkey_ceremonies (token_hash) {
        token_hash -> Binary,
        workspace_id -> UuidSql,
        customer_id -> Nullable<UuidSql>,
        sealed -> Binary,
        created_at -> TimeSql,
        expires_at -> TimeSql,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary};

    credential_posts (source_hash) {
        source_hash -> Binary,
        full_at -> BigInt,
    }
}

diesel::joinable!(members -> customers (customer_id));
diesel::joinable!(customer_sessions -> customers (customer_id));
diesel::joinable!(customer_sessions -> members (member_id));
diesel::joinable!(portal_cookies -> customer_sessions (session_token_hash));
diesel::joinable!(store_sessions -> auth_identities (auth_identity_id));
diesel::joinable!(provider_identities -> auth_identities (auth_identity_id));
diesel::joinable!(federated_identities -> auth_identities (auth_identity_id));
diesel::joinable!(password_resets -> auth_identities (auth_identity_id));
diesel::joinable!(email_verifications -> customers (customer_id));
diesel::joinable!(access_tokens -> workspaces (workspace_id));
diesel::joinable!(publishable_keys -> workspaces (workspace_id));
diesel::allow_tables_to_appear_in_same_query!(
    workspaces,
    addresses,
    customers,
    members,
    customer_sessions,
    portal_cookies,
    auth_identities,
    provider_identities,
    federated_identities,
    store_sessions,
    password_resets,
    email_verifications,
    second_factor_challenges,
    access_tokens,
    publishable_keys,
);

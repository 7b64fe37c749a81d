//! What a JWT says, in Rust and on the wire.

use anteroom_domain::{Id, InvalidId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// What a token says about its bearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The customer; none in a registration token.
    pub actor: Option<Uuid>,
    /// Who signed in.
    pub auth_identity: Uuid,
    /// By which provider, such as `emailpass`.
    pub provider: String,
    /// The public address of this installation.
    pub issuer: String,
    /// The workspace it is for, on the wire `aud`.
    pub workspace: Uuid,
    /// The session it belongs to and ends with, on the wire `sid`.
    pub session: Uuid,
    /// The token's own id.
    pub jti: Uuid,
    /// When it was signed.
    pub issued_at: OffsetDateTime,
    /// From when on it is refused.
    pub expires_at: OffsetDateTime,
}

const ACTOR_TYPE: &str = "customer";

/// The members of the JSON object: these and no others, `aud` one string and not a list.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wire {
    actor_id: String,
    actor_type: String,
    auth_identity_id: String,
    auth_provider: String,
    app_metadata: AppMetadata,
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    jti: String,
    iat: i64,
    exp: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppMetadata {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer_id: Option<String>,
}

impl From<&Claims> for Wire {
    fn from(claims: &Claims) -> Self {
        let actor = claims.actor.map(|actor| actor.to_string());
        Self {
            actor_id: actor.clone().unwrap_or_default(),
            actor_type: ACTOR_TYPE.to_owned(),
            auth_identity_id: claims.auth_identity.to_string(),
            auth_provider: claims.provider.clone(),
            app_metadata: AppMetadata { customer_id: actor },
            iss: claims.issuer.clone(),
            aud: claims.workspace.to_string(),
            sub: claims.auth_identity.to_string(),
            sid: claims.session.to_string(),
            jti: claims.jti.to_string(),
            iat: claims.issued_at.unix_timestamp(),
            exp: claims.expires_at.unix_timestamp(),
        }
    }
}

/// The members contradict each other or hold what we never write.
pub(super) struct Inconsistent;

impl TryFrom<Wire> for Claims {
    type Error = Inconsistent;

    fn try_from(wire: Wire) -> Result<Self, Inconsistent> {
        let same_actor = wire.actor_id == wire.app_metadata.customer_id.as_deref().unwrap_or_default();
        if !same_actor || wire.sub != wire.auth_identity_id || wire.actor_type != ACTOR_TYPE {
            return Err(Inconsistent);
        }
        Ok(Self {
            actor: wire.app_metadata.customer_id.as_deref().map(uuid).transpose()?,
            auth_identity: uuid(&wire.sub)?,
            provider: wire.auth_provider,
            issuer: wire.iss,
            workspace: uuid(&wire.aud)?,
            session: uuid(&wire.sid)?,
            jti: uuid(&wire.jti)?,
            issued_at: moment(wire.iat)?,
            expires_at: moment(wire.exp)?,
        })
    }
}

fn uuid(text: &str) -> Result<Uuid, Inconsistent> {
    text.parse().map(Id::<()>::uuid).map_err(|InvalidId| Inconsistent)
}

fn moment(seconds: i64) -> Result<OffsetDateTime, Inconsistent> {
    OffsetDateTime::from_unix_timestamp(seconds).or(Err(Inconsistent))
}

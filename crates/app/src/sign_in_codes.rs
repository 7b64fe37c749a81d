//! Signing in by a code that is mailed.

use anteroom_auth::token::{PlainToken, SignInFlow};
use anteroom_domain::mail::MailTemplate;
use anteroom_domain::session::Provider;
use anteroom_domain::sign_in::SourceHash;
use anteroom_domain::sign_in_code::SignInCode;
use anteroom_domain::text::{Email, Language};
use anteroom_domain::workspace::Workspace;
use anteroom_mail::Letter;
use anteroom_store::{Mode, Unit};

use crate::admission::Applicant;
use crate::letters::may_be_mailed;
use crate::{App, Client, Entry, Error, Unauthenticated};

/// What codes are hashed for.
const HASHED: &str = "sign-in code";
/// One more than the largest code.
const CODES: u64 = 100_000_000;

const WRONG: Error = Error::Unauthenticated(Unauthenticated::WrongCode);

impl App {
    /// A token for whoever asks for a code, who shows it together with the code.
    pub fn sign_in_flow(&self) -> PlainToken<SignInFlow> {
        PlainToken::generate(self.random())
    }

    /// Mails a code to sign in with, whoever has the mailbox; codes that were mailed there before open nothing any more. It is good
    /// in that flow alone.
    ///
    /// A mailbox that was mailed too much of late is mailed no other, and keeps the last one. Nothing is mailed to a disabled
    /// customer.
    pub async fn request_sign_in_code(
        &self,
        workspace: &Workspace,
        email: Email,
        flow: &PlainToken<SignInFlow>,
        language: Option<Language>,
    ) -> Result<(), Error> {
        let (now, digits) = (self.now(), self.code());
        let code = SignInCode {
            flow_hash: flow.hash(&self.0.keys),
            workspace_id: workspace.id,
            email: email.clone(),
            code_hash: self.code_hash(flow, &digits),
            guesses: 0,
            created_at: now,
            expires_at: now + SignInCode::LIFE,
            ended_at: None,
        };
        let (first, last) = digits.split_at(SignInCode::DIGITS / 2);
        let letter = Letter::SignInCode { code: format!("{first} {last}") };
        let (envelope, id) = (self.envelope(workspace, language, &letter, SignInCode::LIFE), workspace.id);
        let write = move |unit: &mut dyn Unit| {
            let mut same = unit.customers_by_email(id, &email)?.into_iter();
            // Held, so that those who ask at once count each other's.
            let customer = if let Some(account) = same.find(|customer| customer.has_account) {
                let Some(held) = unit.customer_for_update(id, account.id)? else { return Ok(()) };
                Some(held)
            } else {
                unit.workspace_for_update(id)?;
                None
            };
            if let Some(customer) = &customer
                && (customer.disabled_at.is_some() || !may_be_mailed(unit, customer.id, now)?)
            {
                return Ok(());
            }
            if unit.count_sign_in_codes(id, &email, now - SignInCode::WINDOW)? >= SignInCode::MOST {
                return Ok(());
            }
            unit.end_sign_in_codes(id, &email, now)?;
            unit.insert_sign_in_code(&code)?;
            let customer = customer.map(|customer| customer.id);
            if let Some(customer) = customer {
                unit.recall_outbox_messages(customer, MailTemplate::SignInCode)?;
            }
            Ok(envelope.post(unit, customer, email)?)
        };
        self.doors().db(Mode::Write, write).await
    }

    /// Signs in whoever shows the code that was mailed in that flow: its mailbox is proved to be theirs. Every wrong one counts.
    pub async fn sign_in_by_code(
        &self,
        workspace: &Workspace,
        (flow, typed): (&str, &str),
        client: Client,
    ) -> Result<Entry, Error> {
        let flow = PlainToken::<SignInFlow>::parse(flow).ok_or(WRONG)?;
        let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let (shown, flow_hash) = (self.code_hash(&flow, &digits), flow.hash(&self.0.keys));
        let (id, now) = (workspace.id, self.now());
        let guess = move |unit: &mut dyn Unit| {
            let Some(code) = unit.guess_sign_in_code(id, &flow_hash, now)? else { return Ok(None) };
            if code.code_hash != shown || !unit.spend_sign_in_code(&flow_hash, now)? {
                return Ok(None);
            }
            Ok(Some(code.email))
        };
        let email = self.doors().db(Mode::Write, guess).await?.ok_or(WRONG)?;
        let applicant = Applicant {
            provider: Provider::Otp,
            voucher: None,
            email,
            is_email_proved: true,
            first_name: None,
            last_name: None,
        };
        self.admit(workspace, applicant, client).await
    }

    /// Eight digits, each code as likely as any other.
    fn code(&self) -> String {
        loop {
            let drawn = u64::from_be_bytes(self.random().bytes());
            // Above this the smaller ones would be more likely.
            if drawn < u64::MAX - u64::MAX % CODES {
                return format!("{:0width$}", drawn % CODES, width = SignInCode::DIGITS);
            }
        }
    }

    /// The flow is a secret, so a code cannot be told from its hash by trying all of them.
    fn code_hash(&self, flow: &PlainToken<SignInFlow>, digits: &str) -> SourceHash {
        self.0.keys.source_hash(HASHED, &[flow.reveal().as_bytes(), digits.as_bytes()])
    }
}

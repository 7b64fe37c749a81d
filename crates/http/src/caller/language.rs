//! What language a shopper reads.

use actix_web::HttpRequest;
use actix_web::http::header::{AcceptLanguage, Header, Preference, Quality};
use anteroom_domain::text::Language;

/// The language that whoever sent the request prefers among ours: that of `x-medusa-locale`, which a storefront sets, else the
/// best of `Accept-Language`; `None` when neither names one.
pub(crate) fn language(request: &HttpRequest) -> Option<Language> {
    super::header(request, "x-medusa-locale").and_then(Language::of_tag).or_else(|| accepted(request))
}

fn accepted(request: &HttpRequest) -> Option<Language> {
    // One that cannot be read is as good as none.
    let mut accepted = AcceptLanguage::parse(request).ok()?;
    accepted.0.retain(|choice| choice.quality > Quality::ZERO);
    accepted.ranked().into_iter().find_map(|choice| match choice {
        Preference::Any => None,
        Preference::Specific(tag) => Language::of_tag(tag.as_str()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn read(headers: &[(&'static str, &'static str)]) -> Option<&'static str> {
        let request =
            headers.iter().fold(TestRequest::default(), |request, header| request.append_header(*header));
        language(&request.to_http_request()).map(Language::as_str)
    }

    #[test]
    fn the_storefronts_word_counts_before_the_browsers() {
        assert_eq!(read(&[("x-medusa-locale", "zh-CN"), ("accept-language", "de")]), Some("zh"));
        for passed_over in ["", "fr-FR"] {
            let headers =
                [("x-medusa-locale", passed_over), ("accept-language", "fr, en;q=0.3, de-AT;q=0.5")];
            assert_eq!(read(&headers), Some("de"));
        }
        for none in ["*", "fr", "", "de;q=0", "de;q=x"] {
            assert_eq!(read(&[("accept-language", none)]), None, "{none}");
        }
        assert_eq!(read(&[]), None);
    }
}

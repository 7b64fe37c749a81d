//! `GET /assets/accent/{color}`: the colours that follow from the one that a merchant chose, for light and dark pages.

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_domain::text::Color;

use super::{caching, version};
use crate::failure::Failure;
use crate::openapi::scalars::Text;
use crate::openapi::{Operation, Tag};

/// What text stands on in light pages, and in dark ones where they are lightest; see `portal.css`.
const LIGHT: Color = Color::new([0xf7, 0xf6, 0xf3]);
const DARK: Color = Color::new([0x1d, 0x1d, 0x1a]);

/// The address under which pages ask for the colours.
pub(crate) fn url(color: Color) -> String {
    let digits = color.to_string();
    format!("/assets/accent/{}?v={}", digits.trim_start_matches('#'), version(sheet(color).as_bytes()))
}

/// Buttons have the very colour, and black or white on it; text in the colour is as dark or as light as it has to be.
fn sheet(color: Color) -> String {
    let on_fill = color.text();
    let away = if on_fill == Color::WHITE { Color::BLACK } else { Color::WHITE };
    let strong = color.mixed(away, 15);
    let shades = |ground: Color| {
        let tint = ground.mixed(color, 12);
        let (accent, on_tint) = (color.readable_on(ground), color.readable_on(tint));
        format!("--accent:{accent};--tint:{tint};--on-tint:{on_tint}")
    };
    format!(
        ":root{{--fill:{color};--on-fill:{on_fill};--fill-strong:{strong};{}}}\n\
         @media (prefers-color-scheme:dark){{:root{{{}}}}}\n",
        shades(LIGHT),
        shades(DARK)
    )
}

pub(super) fn operation() -> Operation {
    Operation::new(Tag::Pages, "getAccent", "Get the colours of a portal")
        .path::<Text>("color", "The colour that a merchant chose: six hexadecimal digits.")
        .query::<Text>("v", "The file's version; with the right one, the answer may be kept for a year.")
        .answers_text(StatusCode::OK, "The style sheet.", "text/css")
        .refuses("That is no colour.", Failure::NoSuchRoute)
}

pub(super) async fn handle(color: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let color = Color::parse(&format!("#{color}")).map_err(|_no_color| Failure::NoSuchRoute)?;
    let sheet = sheet(color);
    let caching = caching(&request, &version(sheet.as_bytes()));
    let mut answer = HttpResponse::Ok();
    Ok(answer.content_type("text/css; charset=utf-8").insert_header((CACHE_CONTROL, caching)).body(sheet))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_colour_is_text_can_be_read() {
        for parts in (0..=255).step_by(51).flat_map(|r| (0..=255).step_by(51).map(move |g| [r, g])) {
            for blue in (0..=255).step_by(51) {
                let color = Color::new([parts[0], parts[1], blue]);
                let on_fill = color.text();
                let strong =
                    color.mixed(if on_fill == Color::WHITE { Color::BLACK } else { Color::WHITE }, 15);
                assert!(on_fill.is_readable_on(color) && on_fill.is_readable_on(strong), "{color}");
                for ground in [LIGHT, DARK] {
                    let tint = ground.mixed(color, 12);
                    for ground in [ground, tint] {
                        assert!(color.readable_on(ground).is_readable_on(ground), "{color} on {ground}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_colour_that_can_be_read_is_left_alone() {
        let color = Color::parse("#1f6b58").unwrap();
        let sheet = sheet(color);
        assert!(sheet.starts_with(":root{--fill:#1f6b58;--on-fill:#ffffff;"), "{sheet}");
        assert!(sheet.contains("--accent:#1f6b58;"), "{sheet}");
        assert_eq!(Color::parse("#ffee00").unwrap().text(), Color::BLACK);
    }
}

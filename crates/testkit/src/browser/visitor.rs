//! Who looks at the page, and with what.

use serde_json::{Value, json};

/// A visitor's screen and settings: at a desk, in daylight and with JavaScript unless told otherwise.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Visitor {
    phone: bool,
    dark: bool,
    javascript: bool,
}

impl Visitor {
    /// A visitor at a window of 1280 by 900.
    pub const fn desktop() -> Self {
        Self { phone: false, dark: false, javascript: true }
    }

    /// A visitor with a phone: 390 by 844, two device pixels to each, and touch.
    pub const fn phone() -> Self {
        Self { phone: true, ..Self::desktop() }
    }

    /// The same visitor preferring dark pages.
    #[must_use]
    pub const fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// The same visitor with JavaScript switched off.
    #[must_use]
    pub const fn without_javascript(self) -> Self {
        Self { javascript: false, ..self }
    }

    /// Chromium's preferences for this visitor.
    pub(super) fn preferences(self) -> Value {
        let javascript = if self.javascript { 1 } else { 2 };
        json!({ "profile.managed_default_content_settings.javascript": javascript })
    }

    /// The `DevTools` commands that make the browser this visitor's; window flags would count its borders too.
    pub(super) fn commands(self) -> [(&'static str, Value); 3] {
        let (width, height, scale) = if self.phone { (390, 844, 2) } else { (1280, 900, 1) };
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": self.phone });
        let scheme = if self.dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        [
            ("Emulation.setDeviceMetricsOverride", metrics),
            ("Emulation.setTouchEmulationEnabled", json!({ "enabled": self.phone })),
            ("Emulation.setEmulatedMedia", media),
        ]
    }
}

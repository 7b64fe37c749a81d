"use strict";

// The page's policy forbids making functions of texts. A library asks whether it may; so it hears no without a violation.
globalThis.Function = new Proxy(Function, {
  construct() {
    throw new EvalError("not allowed here");
  },
});

addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("reference");
  Scalar.createApiReference(place, {
    url: place.dataset.document,
    theme: "none",
    layout: "modern",
    darkMode: matchMedia("(prefers-color-scheme: dark)").matches,
    withDefaultFonts: false,
    documentDownloadType: "json",
    operationTitleSource: "summary",
    orderSchemaPropertiesBy: "preserve",
    orderRequiredPropertiesFirst: false,
    defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
    defaultOpenAllTags: true,
    hideModels: true,
    hideClientButton: true,
    showDeveloperTools: "never",
    showToolbar: "never",
    persistAuth: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
  });
});

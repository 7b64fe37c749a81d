//! How much memory things take.

use serde_json::{Map, Value};

/// Something that knows about how many bytes it takes besides its own size.
pub trait Weigh {
    /// Bytes on the heap, about.
    fn heap_bytes(&self) -> usize;
}

impl Weigh for Vec<u8> {
    fn heap_bytes(&self) -> usize {
        self.capacity()
    }
}

/// Of texts, where there are any.
pub(crate) fn texts<'t>(texts: impl IntoIterator<Item = Option<&'t str>>) -> usize {
    texts.into_iter().flatten().map(str::len).sum()
}

/// Of a document.
pub(crate) fn document(map: &Map<String, Value>) -> usize {
    /// What the tree takes at once for its first eleven members.
    const NODE: usize = 640;
    let nodes = NODE * map.len().div_ceil(6);
    nodes + map.iter().map(|(key, value)| key.len() + self::value(value)).sum::<usize>()
}

fn value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(|item| size_of::<Value>() + self::value(item)).sum(),
        Value::Object(map) => document(map),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

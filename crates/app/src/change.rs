//! Changes to a record, field by field.

/// What happens to one optional field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// It was not mentioned.
    #[default]
    Keep,
    /// It is emptied: an explicit `null`, or blank text.
    Clear,
    /// It gets a value.
    Set(T),
}

impl<T> Change<T> {
    /// The value that it sets.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Keep | Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// Carries the change out; whether anything became different.
    pub fn apply(self, field: &mut Option<T>) -> bool
    where
        T: PartialEq,
    {
        let after = match self {
            Self::Keep => return false,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        };
        let different = *field != after;
        *field = after;
        different
    }
}

//! The place of a value in a request, for messages.

use std::fmt;

/// The place of a value: an argument or a variable, or a part of its value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'a> {
    /// An argument of a field or a directive.
    Argument(&'a str),
    /// The value of a variable.
    Variable(&'a str),
    /// The default value of a variable.
    Default(&'a str),
    /// A field of an input object.
    Field(&'a Place<'a>, &'a str),
    /// An item of a list.
    Item(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn root(&self) -> &Self {
        match self {
            Self::Argument(_) | Self::Variable(_) | Self::Default(_) => self,
            Self::Field(within, _) | Self::Item(within, _) => within.root(),
        }
    }

    fn path(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => f.write_str(name),
            Self::Variable(name) | Self::Default(name) => write!(f, "${name}"),
            Self::Field(within, name) => {
                within.path(f)?;
                write!(f, ".{name}")
            }
            Self::Item(within, index) => {
                within.path(f)?;
                write!(f, "[{index}]")
            }
        }
    }
}

/// For example ``argument `filter.status[0]` ``.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.root() {
            Self::Argument(_) => "argument `",
            Self::Variable(_) => "variable `",
            _ => "the default value of variable `",
        })?;
        self.path(f)?;
        f.write_str("`")
    }
}

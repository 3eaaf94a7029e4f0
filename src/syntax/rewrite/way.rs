//! The way to an entry: keys and indices, and how a message names it.

use crate::words::echo;

/// One step of the way and the steps before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way<'w> {
    outer: Option<&'w Way<'w>>,
    step: Step<'w>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'w> {
    Root,
    Key(&'w str),
    Item(usize),
}

impl<'w> Way<'w> {
    /// The file itself.
    pub(super) const ROOT: Way<'static> = Way { outer: None, step: Step::Root };

    /// The way to an entry of a map.
    pub(super) fn key(&'w self, key: &'w str) -> Way<'w> {
        Way { outer: Some(self), step: Step::Key(key) }
    }

    /// The way to an item of a list.
    pub(super) fn item(&'w self, index: usize) -> Way<'w> {
        Way { outer: Some(self), step: Step::Item(index) }
    }

    /// How many steps there are.
    pub(super) fn depth(&self) -> usize {
        self.outer.map_or(0, |outer| outer.depth() + 1)
    }

    /// `vnets.hub.subnets`, `peerings[3]`; for messages.
    pub(super) fn shown(&self) -> String {
        let outer = self.outer.map(Way::shown).unwrap_or_default();
        match self.step {
            Step::Root => String::new(),
            Step::Key(key) if outer.is_empty() => echo(key),
            Step::Key(key) => format!("{outer}.{}", echo(key)),
            Step::Item(index) => format!("{outer}[{index}]"),
        }
    }
}

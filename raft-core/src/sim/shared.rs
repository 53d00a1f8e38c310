//! A list whose clones share its items until one of them changes.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::{Index, IndexMut};

/// A few large things, of which an event changes one or two: a clone of the list costs a pointer
/// each, and the first change of an item after it a copy of that item alone.
#[derive(Clone, Debug)]
pub struct Shared<T>(Vec<Arc<T>>);

impl<T: Clone> Shared<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The item at a place, if there is one.
    pub fn get(&self, at: usize) -> Option<&T> {
        self.0.get(at).map(|item| &**item)
    }

    /// The item at a place, to change it.
    pub fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        self.0.get_mut(at).map(Arc::make_mut)
    }

    /// All items, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.0.iter().map(|item| &**item)
    }

    /// Whether an item is the very one of another list, which tells at once that it is the same.
    pub fn is_shared(&self, other: &Shared<T>, at: usize) -> bool {
        matches!((self.0.get(at), other.0.get(at)), (Some(one), Some(two)) if Arc::ptr_eq(one, two))
    }
}

impl<T> Index<usize> for Shared<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        &self.0[at]
    }
}

impl<T: Clone> IndexMut<usize> for Shared<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        Arc::make_mut(&mut self.0[at])
    }
}

impl<T> FromIterator<T> for Shared<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Shared<T> {
        Shared(items.into_iter().map(Arc::new).collect())
    }
}

impl<'a, T> IntoIterator for &'a Shared<T> {
    type Item = &'a T;
    type IntoIter = core::iter::Map<core::slice::Iter<'a, Arc<T>>, fn(&'a Arc<T>) -> &'a T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|item| item)
    }
}

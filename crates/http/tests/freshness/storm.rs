//! What ends while it is looked at.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::script::{Ending, Node};
use crate::shop::{Held, Opened, Person, Shop};

/// How many show everything at the same time.
const SHOWING: usize = 4;

/// How often the person is renamed meanwhile.
const RENAMED: usize = 3;

impl Shop {
    /// Signs a person in, and ends that while it is shown without a pause. Each new name makes everything be read again, so
    /// that some of it is read at the very moment at which it ends.
    pub(crate) async fn storm(self: &Arc<Self>, node: Node, person: &Person, ending: Ending) {
        self.open_session(node, person).await;
        self.sign_in(node, person).await;
        let is_over = Arc::new(AtomicBool::new(false));
        let showing: Vec<_> =
            (0..SHOWING).map(|first| self.show_until(node, person, first, &is_over)).collect();
        for _ in 0..RENAMED {
            self.rename(node, person, 1).await;
        }
        match ending {
            Ending::All => self.end_all_of(node, person).await,
            Ending::Each => {
                for opened in &self.opened_by(person) {
                    self.end_one(node, opened).await;
                }
            }
            Ending::Cookies => {
                for opened in &self.opened_by(person) {
                    self.take_cookie(node, opened).await;
                }
            }
        }
        is_over.store(true, Ordering::SeqCst);
        for showing in showing {
            showing.await.unwrap();
        }
        for held in &self.held_by(person) {
            self.show(node, held).await;
        }
    }

    /// Shows all that the person has, again and again until it is over.
    fn show_until(
        self: &Arc<Self>,
        node: Node,
        person: &Person,
        first: usize,
        is_over: &Arc<AtomicBool>,
    ) -> tokio::task::JoinHandle<()> {
        let (shop, mut held, is_over) = (Arc::clone(self), self.held_by(person), Arc::clone(is_over));
        tokio::spawn(async move {
            let count = held.len().max(1);
            held.rotate_left(first % count);
            while !is_over.load(Ordering::SeqCst) {
                for held in &held {
                    shop.show(node, held).await;
                }
                tokio::task::yield_now().await;
            }
        })
    }

    fn held_by(&self, person: &Person) -> Vec<Arc<Held>> {
        let held = self.held.read().unwrap();
        held.iter().filter(|held| held.customer == Some(person.number)).cloned().collect()
    }

    fn opened_by(&self, person: &Person) -> Vec<Opened> {
        let opened = self.opened.read().unwrap();
        opened.iter().filter(|opened| opened.customer == person.number).cloned().collect()
    }
}

//! Leadership transfer (thesis §3.10).

use super::decision::{Decision, TransferEnd};
use super::leadership::Transfer;
use super::message::Body;
use super::node::{Node, Role, Step};
use super::types::{NodeId, Position};

impl Node {
    /// Hands leadership over: brings the voter up to date, takes nothing new meanwhile, and tells
    /// it to stand for election. Given up after `election_max`.
    pub(super) fn on_transfer(&mut self, step: &mut Step, to: NodeId) {
        let is_voter = self.membership().voters.contains(&to);
        let until = step.now + self.config.election_max;
        let Role::Leader(leadership) = &mut self.role else { return };
        if to == self.id {
            return self.end_transfer(step, TransferEnd::Cancelled);
        }
        if !is_voter || leadership.transfer.is_some_and(|transfer| transfer.to == to) {
            return;
        }
        leadership.transfer = Some(Transfer { to, until, told: false });
        step.decide(Decision::BeginsTransfer { to, until });
        self.go_on_with_transfer(step);
        let Role::Leader(leadership) = &mut self.role else { return };
        if let Some(at) = leadership.position(to) {
            self.send_append(step, at, false);
        }
    }

    /// The voter may have caught up.
    pub(super) fn go_on_with_transfer(&mut self, step: &mut Step) {
        let last = self.log.last();
        let Role::Leader(leadership) = &mut self.role else { return };
        let Some(transfer) = leadership.transfer.filter(|transfer| !transfer.told) else { return };
        let is_there = leadership.peer(transfer.to).is_some_and(|p| p.match_index >= last.index);
        if !is_there {
            return;
        }
        leadership.transfer = Some(Transfer { told: true, ..transfer });
        self.tell_to_stand(step, transfer.to);
    }

    /// From here on the other may win at any time, so no lease holds.
    pub(super) fn tell_to_stand(&mut self, step: &mut Step, to: NodeId) {
        let last = self.log.last();
        let Role::Leader(leadership) = &mut self.role else { return };
        leadership.lease_is_void = true;
        step.decide(Decision::TellsToStand { to, last });
        self.send(step, to, Body::TimeoutNow { last }, false);
    }

    /// It took too long: takes proposals again.
    pub(super) fn give_up_transfer(&mut self, step: &mut Step) {
        let times_out = self.rules.transfer_times_out();
        let transfer = self.leadership().and_then(|leadership| leadership.transfer);
        if transfer.is_some_and(|transfer| times_out && step.now >= transfer.until) {
            self.end_transfer(step, TransferEnd::TimedOut);
        }
    }

    /// Takes proposals again.
    pub(super) fn end_transfer(&mut self, step: &mut Step, why: TransferEnd) {
        let Role::Leader(leadership) = &mut self.role else { return };
        if let Some(transfer) = leadership.transfer.take() {
            step.decide(Decision::EndsTransfer { to: transfer.to, why });
        }
    }

    /// The leader asks us to stand for election. A late request is void: its term is checked as
    /// every message's is, and by now the log may have grown.
    pub(super) fn on_timeout_now(&mut self, step: &mut Step, from: NodeId, last: Position) {
        let ours = self.log.last();
        let is_meant = matches!(self.role, Role::Follower) && self.leader == Some(from);
        if !self.rules.may_heed_timeout_now(is_meant && last == ours) {
            return step.decide(Decision::IgnoresTimeoutNow { from, last, ours });
        }
        self.campaign(step, true);
    }
}

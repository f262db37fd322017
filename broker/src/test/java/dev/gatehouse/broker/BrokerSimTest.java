package dev.gatehouse.broker;

import org.junit.jupiter.api.Test;

/// Many clients that keep to the protocol, on wires that break, over lanes whose tasks interleave, a process that ends
/// without warning and a journal that fails: one seed decides everything. See [SimWorld] for what happens, [SimPromises]
/// for what must be true in the end, and [SimAudit] for what must be true of the journal whenever it is at rest.
///
/// What it finds, shown by putting the fault in by hand (the first seed that fails): promises that wait for nothing: 8; a
/// queue numbered from the store again after each acknowledgement: 52; PUBREC not recorded: 8; packet ids that wait for
/// PUBREL not restored: 20; a batch between lanes handed over in reverse: 88; QoS 2 not recognised when repeated: 0; a will
/// that the journal keeps after a clean DISCONNECT: 45; a clean start that does not wait for the end of the session before:
/// 40; a retained message that the journal keeps when it was removed: 1; what a member of a shared subscription has in
/// memory only, while another is durable: 325.
final class BrokerSimTest {
    @Test
    void every_promise_holds_whatever_happens() {
        Seeds.check(3_000, seed -> new SimWorld(seed).play());
    }
}

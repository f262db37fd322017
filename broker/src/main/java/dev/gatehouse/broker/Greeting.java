package dev.gatehouse.broker;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;

/// A CONNACK that waits until the journal knows what it promises.
///
/// - **Thread:** the lane of the session.
final class Greeting implements Shard.Commit {
    private final Connection connection;
    private final Session session;
    private final Packet.Connack connack;
    private int missing;

    /// @param effects that have to be durable, 1 or more
    Greeting(Connection connection, Session session, Packet.Connack connack, int effects) {
        this.connection = connection;
        this.session = session;
        this.connack = connack;
        this.missing = effects;
    }

    @Override
    public void durable() {
        missing--;
        if (missing == 0) {
            connection.welcome(connack);
        }
    }

    @Override
    public void failed(String why) {
        if (connection.isOver()) {
            return;
        }
        connection.close(true);
        if (!connack.sessionPresent()) {
            session.end(); // the journal does not know it
        }
        connection.link().refuse(Ending.JOURNAL_FAILED, ReasonCode.SERVER_UNAVAILABLE, why);
    }
}

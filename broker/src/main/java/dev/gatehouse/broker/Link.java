package dev.gatehouse.broker;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

/// The wire under a connection, as the broker sees it. All calls come from the lane that owns the connection.
///
/// What is sent is encoded at once and flushed at the end of the lane's turn.
public interface Link {
    /// Sends a packet other than PUBLISH.
    void send(Packet packet);

    /// Sends a PUBLISH.
    ///
    /// @param packetId 0 exactly when QoS 0
    /// @return false when it does not fit the client's maximum packet size; nothing was sent then
    boolean publish(Message message, Qos qos, boolean duplicate, boolean retain, int packetId,
            PublishProperties properties);

    /// Whether so much output waits for a slow reader that nothing should be added.
    boolean congested();

    /// Whether so much output waits that not even QoS 0 messages should be added, which have nowhere else to wait: they
    /// are dropped.
    boolean full();

    /// Whether packets of the client are wanted. While they are not, nothing is read from the socket and none is handed
    /// in, except what this call's caller is being handed at the moment.
    void reading(boolean wanted);

    /// Refuses the connection: answers CONNECT with an error, flushes, closes. Only before the CONNACK.
    void refuse(Ending ending, ReasonCode reason, String detail);

    /// Ends the connection: sends DISCONNECT where the version has it and a reason is given, flushes, closes.
    ///
    /// @param reason null: close without a packet
    void end(Ending ending, @Nullable ReasonCode reason, String detail);

    /// Adds a fact to the trail of this connection's attempt.
    void note(Fact fact);

    /// The id of this connection's attempt.
    String attempt();

    /// The peer's address, `ip:port`.
    String remote();
}

package dev.gatehouse.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

/// A client of the generator with a persistent session, which outlives its connections.
///
/// - **Thread:** the generator's.
abstract class Client {
    private static final long SESSION_EXPIRY_SECONDS = 86_400;

    private final String name;
    private final Version version;
    private final Findings findings;
    private @Nullable Line line;
    private @Nullable BooleanSupplier mayEnd;
    private boolean established;
    private boolean ready;

    Client(String name, Version version, Findings findings) {
        this.name = name;
        this.version = version;
        this.findings = findings;
    }

    /// The client id.
    final String name() {
        return name;
    }

    final Version version() {
        return version;
    }

    final Findings findings() {
        return findings;
    }

    /// Whether it is connected, and has done what comes first on a connection.
    final boolean isReady() {
        return ready;
    }

    /// Whether it has connected since it was made, or tried to.
    final boolean hasConnected() {
        return mayEnd != null;
    }

    /// Connects without waiting for the answer.
    ///
    /// @param ending says whether the connection may end now, because the service has been told to
    /// @throws IOException when nobody accepts the connection
    final void connect(Loop loop, InetSocketAddress address, BooleanSupplier ending) throws IOException {
        mayEnd = ending;
        ready = false;
        line = loop.open(address, this);
        line.send(new Packet.Connect(version, name, false, 0, null, null, null, version.hasProperties()
                ? new ConnectProperties(SESSION_EXPIRY_SECONDS, 65_535, -1, 0, false, true, null, null, List.of())
                : ConnectProperties.NONE));
    }

    /// Leaves in order; the session stays.
    final void disconnect(Loop loop) {
        if (line != null) {
            line.send(new Packet.Disconnect(ReasonCode.SUCCESS));
            loop.flush();
            line.close();
        }
        line = null;
        ready = false;
    }

    /// A packet came.
    final void receive(Packet packet) {
        switch (packet) {
            case Packet.Connack connack -> {
                if (connack.reason().isError()) {
                    findings.add(Violation.Kind.REFUSED, name, () -> "CONNECT was answered with " + connack.reason());
                    return;
                }
                boolean had = established;
                established = true;
                if (had && !connack.sessionPresent()) {
                    findings.add(Violation.Kind.SESSION_LOST, name, () -> "CONNACK without session present");
                } else if (!had && connack.sessionPresent()) {
                    reportBroken("session present, and this client has never been here");
                }
                welcome(connack);
            }
            case Packet.Disconnect disconnect -> findings.add(Violation.Kind.ENDED, name,
                    () -> "DISCONNECT with " + disconnect.reason() + ", " + disconnect.reasonString());
            default -> packet(packet);
        }
    }

    /// The connection is over.
    final void ended(String why) {
        line = null;
        ready = false;
        if (mayEnd == null || !mayEnd.getAsBoolean()) {
            findings.add(Violation.Kind.ENDED, name, () -> why);
        }
    }

    /// The service did what the protocol does not allow.
    final void reportBroken(String what) {
        findings.add(Violation.Kind.ENDED, name, () -> what);
    }

    /// What comes first on a connection is done.
    final void becomeReady() {
        ready = true;
    }

    /// The open connection.
    final Line line() {
        if (line == null) {
            throw new IllegalStateException(name + " is not connected");
        }
        return line;
    }

    /// CONNACK with success came.
    abstract void welcome(Packet.Connack connack);

    /// Another packet came.
    abstract void packet(Packet packet);

    /// Sends what there is to send, if [#isReady()].
    abstract void pump();
}

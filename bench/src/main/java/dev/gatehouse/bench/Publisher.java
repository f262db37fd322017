package dev.gatehouse.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

/// A client that publishes as fast as the service acknowledges, with a window of messages under way.
///
/// On a new connection it sends again, in the order of the first time, every PUBLISH that is not acknowledged, with DUP,
/// and PUBREL for what was answered by PUBREC (MQTT 5 §4.4).
final class Publisher extends Client {
    /// Says that there is no message now.
    static final int NONE = -1;
    private static final int PACKET_ID_MAX = 65_535;
    private static final int PENDING_BYTES_MAX = 1 << 18;

    private final Ledger ledger;
    private final IntSupplier next;
    private final int payloadBytes;
    private final int window;
    private final Map<Integer, Flight> flights = new LinkedHashMap<>();
    private int windowNow;
    private int packetId;
    private boolean publishing;

    /// One message under way.
    private static final class Flight {
        private final Label label;
        private boolean released;

        Flight(Label label) {
            this.label = label;
        }
    }

    /// @param next the stream of the next message, or [#NONE]
    /// @param window messages under way at most, 1 to 65 535
    Publisher(String name, Version version, Ledger ledger, Findings findings, IntSupplier next, int payloadBytes,
            int window) {
        super(name, version, findings);
        this.ledger = ledger;
        this.next = next;
        this.payloadBytes = payloadBytes;
        this.window = window;
    }

    /// Whether new messages are to be sent; those under way are brought to their end in any case.
    void publishing(boolean wanted) {
        publishing = wanted;
    }

    /// Whether nothing is under way.
    boolean isIdle() {
        return flights.isEmpty();
    }

    /// The messages under way, for a person; null when there are none.
    @Nullable
    String oldest() {
        return flights.entrySet().stream().findFirst().map(flight -> "packet id " + flight.getKey() + ", "
                + (flight.getValue().released ? "PUBREL sent: " : "PUBLISH sent: ")
                + ledger.describe(flight.getValue().label) + ", and " + (flights.size() - 1) + " more").orElse(null);
    }

    /// Gives up what is under way.
    void giveUp() {
        flights.clear();
    }

    @Override
    void welcome(Packet.Connack connack) {
        int receiveMaximum = connack.properties().receiveMaximum();
        windowNow = receiveMaximum < 0 ? window : Math.min(window, receiveMaximum);
        if (!connack.sessionPresent()) {
            flights.values().removeIf(flight -> flight.released); // the service has answered for those, once
        }
        flights.forEach((id, flight) -> {
            if (flight.released) {
                line().send(new Packet.Pubrel(id, ReasonCode.SUCCESS));
            } else {
                ledger.sendAgain(flight.label);
                send(id, flight, connack.sessionPresent());
            }
        });
        becomeReady();
    }

    @Override
    void packet(Packet packet) {
        switch (packet) {
            case Packet.Puback puback -> answered(puback, Qos.AT_LEAST_ONCE);
            case Packet.Pubrec pubrec -> answered(pubrec, Qos.EXACTLY_ONCE);
            case Packet.Pubcomp pubcomp -> {
                Flight flight = flights.get(pubcomp.packetId());
                if (flight == null || !flight.released) {
                    reportBroken("it sent " + pubcomp + " without a PUBREL");
                } else {
                    flights.remove(pubcomp.packetId());
                }
            }
            default -> reportBroken("it sent " + packet);
        }
    }

    private void answered(Packet.Acknowledgement answer, Qos qos) {
        int id = answer.packetId();
        Flight flight = flights.get(id);
        if (flight == null || ledger.stream(flight.label.stream()).qos() != qos) {
            reportBroken("it sent " + answer + " without a PUBLISH");
            return;
        }
        if (answer.reason().isError()) {
            findings().add(Violation.Kind.REFUSED, name(), () -> answer + ": " + ledger.describe(flight.label));
            flights.remove(id);
            return;
        }
        ledger.acknowledge(flight.label, id);
        if (qos == Qos.AT_LEAST_ONCE) {
            flights.remove(id);
        } else {
            flight.released = true;
            line().send(new Packet.Pubrel(id, ReasonCode.SUCCESS));
        }
    }

    @Override
    void pump() {
        while (isReady() && publishing && flights.size() < windowNow && line().pendingBytes() < PENDING_BYTES_MAX) {
            int stream = next.getAsInt();
            if (stream == NONE) {
                return;
            }
            Flight flight = new Flight(ledger.send(stream));
            do {
                packetId = packetId == PACKET_ID_MAX ? 1 : packetId + 1;
            } while (flights.containsKey(packetId));
            flights.put(packetId, flight);
            send(packetId, flight, false);
        }
    }

    private void send(int id, Flight flight, boolean duplicate) {
        line().publish(ledger.stream(flight.label.stream()), duplicate, id, flight.label.payload(payloadBytes));
    }
}

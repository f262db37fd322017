package dev.gatehouse.tests.refusals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

/// The client's side of one SCRAM-SHA-256 exchange, computed by a library that the service does not use.
final class ScramLogin {
    static final String METHOD = "SCRAM-SHA-256";

    private final ScramClient scram;

    ScramLogin(String user, String password) {
        this.scram = ScramClient.builder().advertisedMechanisms(List.of(METHOD)).username(user)
                .password(password.toCharArray()).stringPreparation(StringPreparation.POSTGRESQL_PREPARATION).build();
    }

    static Bytes bytes(String text) {
        return Bytes.takeOver(text.getBytes(StandardCharsets.UTF_8));
    }

    Bytes first() {
        return bytes(scram.clientFirstMessage().toString());
    }

    /// The answer to a challenge.
    Bytes last(@Nullable Bytes challenge) {
        try {
            scram.serverFirstMessage(text(challenge));
        } catch (com.ongres.scram.common.exception.ScramException wrong) {
            throw new AssertionError("the challenge is not SCRAM", wrong);
        }
        return bytes(scram.clientFinalMessage().toString());
    }

    /// Checks that the server knows the user's keys.
    void verify(@Nullable Bytes proof) {
        try {
            scram.serverFinalMessage(text(proof));
        } catch (com.ongres.scram.common.exception.ScramException wrong) {
            throw new AssertionError("the server did not prove itself", wrong);
        }
    }

    private static String text(@Nullable Bytes bytes) {
        return new String(Objects.requireNonNull(bytes).toArray(), StandardCharsets.UTF_8);
    }

    static Packet.Connect connect(String clientId, @Nullable String user, @Nullable Bytes first) {
        return new Packet.Connect(Version.MQTT_5, clientId, true, 60, null, user, null,
                new ConnectProperties(0, 65_535, -1, 0, false, true, METHOD, first, List.of()));
    }

    static Packet.Auth auth(ReasonCode reason, @Nullable Bytes data) {
        return new Packet.Auth(reason, METHOD, data, null, List.of());
    }

    static Packet next(RawClient client) throws IOException {
        return Objects.requireNonNull(client.next(Version.MQTT_5));
    }

    /// Up to and with the answer to the challenge.
    RawClient run(RawClient client, String clientId, @Nullable String user) throws IOException {
        client.packet(connect(clientId, user, first()), Version.MQTT_5);
        Packet.Auth challenge = (Packet.Auth) next(client);
        return client.packet(auth(ReasonCode.CONTINUE_AUTHENTICATION, last(challenge.data())), Version.MQTT_5);
    }
}

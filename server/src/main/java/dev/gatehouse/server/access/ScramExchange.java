package dev.gatehouse.server.access;

import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.SaslException;
import javax.security.sasl.SaslServer;

import org.apache.kafka.common.security.scram.ScramCredentialCallback;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;
import org.apache.kafka.common.security.scram.internals.ScramSaslServer;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Bytes;

/// The server's side of one SCRAM-SHA-256 exchange (RFC 5802 §5): the client's first message, a challenge, the client's
/// final message, the verdict. The protocol is the library's; this class says whose keys count.
///
/// - **Thread:** one at a time.
public final class ScramExchange {
    private static final int NAME_CHARACTERS_MAX = 255;
    /// How the library says that all is in order but the proof; only the trail depends on it.
    private static final String PROOF_WRONG = "Invalid client credentials";

    private final ScramAuthenticator authenticator;
    private final String tenant;
    private final @Nullable String as;
    private final SaslServer server;
    private @Nullable String name;
    private @Nullable UserEntry user;
    private boolean known;

    /// What came of one message of the client's.
    public sealed interface Step {
        /// To be sent to the client, whose next message goes on.
        record Challenge(Bytes data) implements Step {}

        /// The client has proved that it knows the password.
        ///
        /// @param data proves to the client that this server knows the user
        record Accepted(Bytes data, UserEntry user) implements Step {}

        /// It has not.
        ///
        /// @param user as far as the client said it
        record Refused(Why why, String user) implements Step {}
    }

    /// Why an exchange failed, for the trail; the client is not told.
    public enum Why {
        /// The tenant has no such user, or there is no tenant.
        UNKNOWN_USER,
        /// The user is there, and nothing to verify it by.
        NO_KEYS,
        /// The user is there, the password another.
        WRONG_PASSWORD,
        /// The user is not the one who connected, or whom CONNECT names.
        OTHER_USER,
        /// What came is not a message of this method at this point.
        MALFORMED
    }

    ScramExchange(ScramAuthenticator authenticator, String tenant, @Nullable String as) {
        this.authenticator = authenticator;
        this.tenant = tenant;
        this.as = as;
        try {
            this.server = new ScramSaslServer(ScramMechanism.SCRAM_SHA_256, Map.of(), this::answer);
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every Java platform has HmacSHA256", missing);
        }
    }

    /// Takes the client's next message.
    public Step next(Bytes fromClient) {
        byte[] data;
        try {
            data = server.evaluateResponse(fromClient.toArray());
        } catch (SaslException | RuntimeException refused) { // the library throws both, for wrong proofs and bad Base64
            return refused(PROOF_WRONG.equals(refused.getMessage()));
        }
        if (!server.isComplete()) {
            return new Step.Challenge(Bytes.takeOver(data));
        }
        UserEntry proven = user;
        if (proven == null || !known) {
            return refused(true); // not to be reached: nobody has the password of a stand-in
        }
        if (!proven.equals(authenticator.user(tenant, proven.name()))) {
            return new Step.Refused(Why.WRONG_PASSWORD, proven.name()); // changed or removed in between
        }
        return as != null && !as.equals(proven.name())
                ? new Step.Refused(Why.OTHER_USER, proven.name())
                : new Step.Accepted(Bytes.takeOver(data), proven);
    }

    private Step refused(boolean proofWrong) {
        String said = name == null ? "" : name;
        if (!proofWrong) {
            return new Step.Refused(Why.MALFORMED, said);
        }
        return new Step.Refused(user == null ? Why.UNKNOWN_USER : known ? Why.WRONG_PASSWORD : Why.NO_KEYS, said);
    }

    private void answer(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
        for (Callback callback : callbacks) {
            switch (callback) {
                case NameCallback asked -> name = asked.getDefaultName();
                case ScramCredentialCallback wanted -> wanted.scramCredential(keys().credential());
                default -> throw new UnsupportedCallbackException(callback);
            }
        }
    }

    private ScramKeys keys() throws IOException {
        String said = name;
        if (said == null || said.length() > NAME_CHARACTERS_MAX) {
            throw new IOException("no user name, or one that is too long");
        }
        UserEntry entry = authenticator.user(tenant, said);
        user = entry;
        ScramKeys keys = entry == null ? null : entry.scram();
        known = keys != null;
        return keys == null ? authenticator.standIn(tenant, said) : keys;
    }
}

package dev.gatehouse.tls;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// Finds the alert of the other side in what a TLS engine throws.
///
/// For alerts that [RecordTap] cannot read because they are encrypted: those of most TLS 1.3 clients. Where the tap has
/// read one, the tap is right and the engine may be wrong.
public final class EngineAlert {
    /// The JDK's engine gives the name.
    private static final Pattern JDK = Pattern.compile("Received fatal alert: (\\w+)");
    /// BoringSSL packs library (8 bits, 0x10 is TLS) and reason (12 bits) into one number.
    private static final Pattern BORINGSSL = Pattern.compile("error:10([0-9a-f]{6}):SSL routines");
    private static final int REASON_MASK = 0xfff;
    /// Reasons from here on are alerts that were received; below are failures of its own.
    private static final int RECEIVED_ALERTS = 1_000;
    private static final int CAUSES_MAX = 8;

    private EngineAlert() {}

    /// The alert that was received, or null when this failure has another reason.
    public static @Nullable TlsAlert received(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            TlsAlert alert = inMessage(cause.getMessage());
            if (alert != null) {
                return alert;
            }
            cause = cause.getCause();
        }
        return null;
    }

    private static @Nullable TlsAlert inMessage(@Nullable String message) {
        if (message == null) {
            return null;
        }
        Matcher jdk = JDK.matcher(message);
        if (jdk.find()) {
            String name = jdk.group(1).toUpperCase(Locale.ROOT);
            for (TlsAlert alert : TlsAlert.values()) {
                if (alert.name().equals(name)) {
                    return alert;
                }
            }
        }
        Matcher boringSsl = BORINGSSL.matcher(message);
        return boringSsl.find()
                ? TlsAlert.of((Integer.parseInt(boringSsl.group(1), 16) & REASON_MASK) - RECEIVED_ALERTS)
                : null;
    }
}

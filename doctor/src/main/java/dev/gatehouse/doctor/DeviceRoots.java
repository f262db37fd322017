package dev.gatehouse.doctor;

import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a small device may lack that this machine has: the root, its key's algorithm, time to compute.
final class DeviceRoots {
    /// Devices live longer than this without an update.
    private static final Duration YOUNG = Duration.ofDays(8 * 365);

    /// The state of Mozilla's list in a release of ESP-IDF, as its documentation of the certificate bundle says.
    private record Bundle(String release, Instant updated) {}

    private static final List<Bundle> BUNDLES = List.of(new Bundle("4.4", Instant.parse("2022-04-26T03:12:05Z")),
            new Bundle("5.0", Instant.parse("2022-07-19T03:12:06Z")),
            new Bundle("5.1 and 5.2", Instant.parse("2023-01-10T04:12:06Z")),
            new Bundle("5.3", Instant.parse("2024-03-11T15:25:27Z")),
            new Bundle("5.4", Instant.parse("2024-09-24T03:12:04Z")));

    private DeviceRoots() {}

    /// @param anchor what verifies the chain here
    /// @param systems whether it is in the system's store, so that others may have it too
    static List<String> remarks(List<X509Certificate> chain, X509Certificate anchor, boolean systems, Instant now) {
        List<String> remarks = new ArrayList<>();
        Instant made = anchor.getNotBefore().toInstant();
        if (systems && made.isAfter(now.minus(YOUNG))) {
            remarks.add("the root \"" + ChainJudge.subject(anchor) + "\" is young (" + made
                    + "): devices whose store of roots is older do not have it, embed it");
            List<String> without = BUNDLES.stream().filter(bundle -> bundle.updated().isBefore(made))
                    .map(Bundle::release).toList();
            if (!without.isEmpty()) {
                remarks.add("the certificate bundle of ESP-IDF " + String.join(", ", without)
                        + " was made before that root and cannot have it");
            }
        }
        if (!ChainJudge.selfSigned(anchor)) {
            remarks.add("what is trusted, \"" + ChainJudge.subject(anchor)
                    + "\", is no root: devices that have only the root need the server to send it");
        }
        if (anchor.getPublicKey() instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= 4_096) {
            remarks.add("the root has an RSA key of " + rsa.getModulus().bitLength()
                    + " bits, which slow devices take long to use and some modems refuse");
        }
        if (chain.stream().noneMatch(one -> one.getPublicKey() instanceof RSAPublicKey)) {
            remarks.add("all keys are EC: devices with an RSA-only TLS library cannot connect");
        }
        return remarks;
    }
}

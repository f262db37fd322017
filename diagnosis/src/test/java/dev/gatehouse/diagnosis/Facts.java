package dev.gatehouse.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/// Facts as the tests of this package need them.
final class Facts {
    private Facts() {}

    static Fact.Accepted accepted(String protocol) {
        return new Fact.Accepted("10.0.0.7:49152", "192.0.2.1:8883", "tls", protocol);
    }

    static Fact.ClientHelloSeen hello(@Nullable String serverName, String... versions) {
        return new Fact.ClientHelloSeen(serverName, serverName == null ? "absent" : "host-name", List.of(),
                versions.length == 0 ? List.of("TLS 1.3", "TLS 1.2") : List.of(versions), 17, "", "");
    }

    static Fact.ConnectReceived connect(String clientId, @Nullable String user) {
        return new Fact.ConnectReceived("3.1.1", clientId, user, user != null, true, 120, null, 0);
    }

    static Fact.TenantUndecided undecided(Fact.TenantUndecided.Why why, String name) {
        return new Fact.TenantUndecided(why, name, "");
    }

    static Fact.TlsEstablished established() {
        return new Fact.TlsEstablished("TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", false);
    }

    static Fact.AlertReceived alert(int number, String name) {
        return new Fact.AlertReceived(2, number, name, false);
    }

    static Fact.Ended bySelf(Ending ending) {
        return new Fact.Ended(ending, Fact.Ended.By.SERVER, Fact.Ended.How.SERVER_CLOSE, "");
    }

    static Fact.Ended byClient(Ending ending) {
        return new Fact.Ended(ending, Fact.Ended.By.CLIENT, Fact.Ended.How.FIN, "");
    }

    static List<Fact> ofTwelveKinds() {
        return List.of(new Fact.ProxyProblem("x"), new Fact.FirstBytes("tls", 1), hello(null),
                new Fact.HelloMalformed("x"), established(), alert(48, "unknown_ca"), new Fact.AlertSent(40, "x"),
                new Fact.TlsFailed("x"), new Fact.WebSocketOpened("/mqtt"), connect("x", null),
                new Fact.DisconnectSent(0), new Fact.TookOver("x"));
    }

    static List<TimedFact> timed(Fact... facts) {
        var timed = new ArrayList<TimedFact>();
        for (Fact fact : facts) {
            timed.add(new TimedFact(1_000_000 + 250 * timed.size(), fact));
        }
        return timed;
    }

    static Verdict verdict(Fact... facts) {
        return Objects.requireNonNull(Rules.verdict(timed(facts)), "no verdict");
    }
}

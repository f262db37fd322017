package dev.gatehouse.diagnosis;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// The facts of one connection, as the rules ask for them.
record Seen(List<TimedFact> facts) {
    /// The last fact of a kind; null if there is none.
    <F extends Fact> @Nullable F last(Class<F> kind) {
        for (int i = facts.size() - 1; i >= 0; i--) {
            if (kind.isInstance(facts.get(i).fact())) {
                return kind.cast(facts.get(i).fact());
            }
        }
        return null;
    }

    boolean has(Class<? extends Fact> kind) {
        return last(kind) != null;
    }

    /// Why no tenant could be told; null if none was looked for, or one was told in the end.
    Fact.@Nullable TenantUndecided undecided() {
        return has(Fact.TenantDecided.class) ? null : last(Fact.TenantUndecided.class);
    }

    /// The code of a CONNACK that refused; 0 if none did.
    int refusalCode() {
        Fact.ConnackSent connack = last(Fact.ConnackSent.class);
        return connack == null ? 0 : connack.code();
    }

    /// The client's address without the port, behind a trusted proxy what the proxy says; empty if unknown.
    String address() {
        Fact.ProxyHeader header = last(Fact.ProxyHeader.class);
        if (header != null && header.trusted() && header.source() != null) {
            return FoldKey.address(header.source());
        }
        Fact.Accepted accepted = last(Fact.Accepted.class);
        return accepted == null ? "" : FoldKey.address(accepted.remote());
    }

    /// The facts that carry a finding, in their order: what went wrong, what the finding adds, and the end.
    List<Evidence> evidence(Finding finding) {
        var evidence = new ArrayList<Evidence>();
        for (int i = 0; i < facts.size(); i++) {
            Fact fact = facts.get(i).fact();
            if (speaksOfTrouble(fact) || finding.evidence().contains(fact.getClass())) {
                evidence.add(new Evidence(i, fact.sentence()));
            }
        }
        return evidence;
    }

    private boolean speaksOfTrouble(Fact fact) {
        return switch (fact) {
            case Fact.ProxyProblem _,Fact.HelloMalformed _,Fact.AlertReceived _,Fact.AlertSent _,Fact.TlsFailed _,Fact.WebSocketRefused _,Fact.PacketRefused _,Fact.AuthenticationFailed _,Fact.WillRefused _,Fact.TakenOver _,Fact.KeepAliveMissed _,Fact.Ended _ ->
                true;
            case Fact.TenantUndecided _ -> undecided() != null;
            case Fact.ConnackSent connack -> connack.code() != 0;
            case Fact.DisconnectReceived disconnect -> disconnect.code() >= 0x80;
            case Fact.DisconnectSent disconnect -> disconnect.code() >= 0x80;
            case Fact.Accepted _,Fact.ProxyHeader _,Fact.FirstBytes _,Fact.ClientHelloSeen _,Fact.TenantDecided _,Fact.TlsEstablished _,Fact.HttpRequest _,Fact.WebSocketOpened _,Fact.ConnectReceived _,Fact.AuthenticationBegun _,Fact.Authenticated _,Fact.SessionOpened _,Fact.TookOver _,Fact.SubscriptionRefused _,Fact.PublishRefused _,Fact.MessageDropped _,Fact.Traffic _ ->
                false;
        };
    }
}

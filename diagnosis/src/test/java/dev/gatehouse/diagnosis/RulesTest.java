package dev.gatehouse.diagnosis;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gatehouse.diagnosis.Fact.AuthenticationFailed;
import dev.gatehouse.diagnosis.Fact.TenantDecided;
import dev.gatehouse.diagnosis.Fact.TenantUndecided;

import static dev.gatehouse.diagnosis.Facts.accepted;
import static dev.gatehouse.diagnosis.Facts.alert;
import static dev.gatehouse.diagnosis.Facts.byClient;
import static dev.gatehouse.diagnosis.Facts.bySelf;
import static dev.gatehouse.diagnosis.Facts.connect;
import static dev.gatehouse.diagnosis.Facts.established;
import static dev.gatehouse.diagnosis.Facts.hello;
import static dev.gatehouse.diagnosis.Facts.timed;
import static dev.gatehouse.diagnosis.Facts.undecided;
import static dev.gatehouse.diagnosis.Facts.verdict;
import static org.assertj.core.api.Assertions.assertThat;

class RulesTest {
    private static final Fact.ConnackSent NOT_AUTHORIZED = new Fact.ConnackSent(5, "not authorized");

    @Test
    void a_device_without_server_name_is_told_so_though_its_password_is_right() {
        Verdict verdict = verdict(accepted("mqtts"), new Fact.FirstBytes("tls", 5), hello(null, "TLS 1.2"),
                undecided(TenantUndecided.Why.NO_SERVER_NAME, ""), established(), connect("esp32", "eric"),
                NOT_AUTHORIZED, bySelf(Ending.NO_SERVER_NAME));
        assertThat(verdict.cause()).isEqualTo(Cause.SNI_MISSING);
        assertThat(verdict.certainty()).isEqualTo(Certainty.CERTAIN);
        assertThat(verdict.title()).contains("no server name (SNI)");
        assertThat(verdict.fix()).contains("eric@<tenant>").doesNotContain("{");
        assertThat(verdict.evidence()).extracting(Evidence::factIndex).containsExactly(2, 3, 5, 6, 7);
        assertThat(verdict.evidence().getFirst().text()).contains("no server name (SNI)", "TLS 1.2");
        assertThat(verdict.collectNext()).isEmpty();
    }

    @Test
    void the_same_is_found_when_the_client_closes_first_after_the_refusal() {
        Verdict verdict = verdict(accepted("mqtts"), hello(null), undecided(TenantUndecided.Why.NO_SERVER_NAME, ""),
                established(), connect("esp32", "eric"), NOT_AUTHORIZED, byClient(Ending.CLIENT_CLOSED));
        assertThat(verdict.cause()).isEqualTo(Cause.SNI_MISSING);
        assertThat(verdict.certainty()).isEqualTo(Certainty.CERTAIN);
    }

    @ParameterizedTest
    @CsvSource({
            "48, unknown_ca, UNTRUSTED_CA, CERTAIN",
            "46, certificate_unknown, UNTRUSTED_CA, LIKELY",
            "42, bad_certificate, CERT_VERIFY_FAILED, LIKELY",
            "45, certificate_expired, CERT_EXPIRED, LIKELY",
            "44, certificate_revoked, CERT_VERIFY_FAILED, CERTAIN",
            "43, unsupported_certificate, WEAK_CERT_KEY, LIKELY",
            "40, handshake_failure, TLS_CIPHER_MISMATCH, LIKELY",
            "71, insufficient_security, TLS_CIPHER_MISMATCH, LIKELY",
            "70, protocol_version, TLS_VERSION_MISMATCH, CERTAIN",
            "22, record_overflow, TLS_RECORD_TOO_BIG, CERTAIN",
            "80, internal_error, TLS_OUT_OF_MEMORY, POSSIBLE",
            "120, no_application_protocol, ALPN_MISSING, CERTAIN",
            "50, decode_error, TLS_REJECTED_BY_CLIENT, LIKELY",
            "90, user_canceled, TLS_REJECTED_BY_CLIENT, LIKELY",
            "-1, '', CERT_VERIFY_FAILED, LIKELY",
    })
    void an_alert_from_the_client_names_the_cause(int number, String name, Cause cause, Certainty certainty) {
        Verdict verdict = verdict(accepted("mqtts"), hello("globex.mq.test"),
                new TenantDecided("globex", TenantDecided.By.SERVER_NAME), alert(number, name),
                byClient(Ending.ALERT_RECEIVED));
        assertThat(verdict.cause()).isEqualTo(cause);
        assertThat(verdict.certainty()).isEqualTo(certainty);
        assertThat(verdict.evidence()).extracting(Evidence::factIndex).containsExactly(1, 3, 4);
        assertThat(verdict.collectNext().isEmpty()).isEqualTo(certainty == Certainty.CERTAIN);
    }

    @Test
    void an_alert_tells_more_than_what_the_engine_or_the_close_say() {
        for (Ending ending : List.of(Ending.TLS_ENGINE_FAILED, Ending.CLOSED_DURING_HANDSHAKE, Ending.CLIENT_CLOSED,
                Ending.CLOSED_BEFORE_CONNECT, Ending.NETWORK_RESET)) {
            assertThat(verdict(accepted("mqtts"), hello("globex.mq.test"), established(), alert(48, "unknown_ca"),
                    byClient(ending)).cause()).as(ending.name()).isEqualTo(Cause.UNTRUSTED_CA);
        }
    }

    @Test
    void close_notify_in_the_handshake_says_no_reason() {
        assertThat(verdict(accepted("mqtts"), hello("globex.mq.test"), alert(0, "close_notify"),
                byClient(Ending.CLOSED_DURING_HANDSHAKE)).cause()).isEqualTo(Cause.HANDSHAKE_ABANDONED);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLOSED_AFTER_HELLO", "CLOSED_DURING_HANDSHAKE", "TLS_VERSION_TOO_OLD", "TLS_ENGINE_FAILED",
            "ALERT_RECEIVED", "TLS_NO_COMMON_CIPHER"})
    void a_client_that_offers_only_old_tls_has_a_version_problem(Ending ending) {
        Verdict verdict = verdict(accepted("mqtts"), hello("globex.mq.test", "TLS 1.1", "TLS 1.0"), bySelf(ending));
        assertThat(verdict.cause()).isEqualTo(Cause.TLS_VERSION_MISMATCH);
        assertThat(verdict.certainty()).isEqualTo(Certainty.CERTAIN);
        assertThat(verdict.title()).contains("TLS 1.1, TLS 1.0");
    }

    @Test
    void an_alert_of_ours_tells_what_was_not_in_common() {
        assertThat(verdict(accepted("mqtts"), hello("globex.mq.test"), new Fact.AlertSent(40, "handshake_failure"),
                bySelf(Ending.TLS_ENGINE_FAILED)).cause()).isEqualTo(Cause.TLS_CIPHER_MISMATCH);
        assertThat(verdict(accepted("mqtts"), hello("globex.mq.test"), new Fact.AlertSent(80, "internal_error"),
                bySelf(Ending.TLS_ENGINE_FAILED)).cause()).isEqualTo(Cause.TLS_ENGINE_FAILED);
    }

    @Test
    void giving_up_in_the_handshake_without_a_usable_name_points_to_the_name() {
        Verdict missing = verdict(accepted("mqtts"), hello(null), undecided(TenantUndecided.Why.NO_SERVER_NAME, ""),
                byClient(Ending.CLOSED_DURING_HANDSHAKE));
        assertThat(missing.cause()).isEqualTo(Cause.SNI_MISSING);
        assertThat(missing.certainty()).isEqualTo(Certainty.LIKELY);
        Verdict unknown = verdict(accepted("mqtts"), hello("nobody.mq.test"),
                undecided(TenantUndecided.Why.UNKNOWN_SERVER_NAME, "nobody.mq.test"),
                byClient(Ending.CLOSED_AFTER_HELLO));
        assertThat(unknown.cause()).isEqualTo(Cause.SNI_UNKNOWN);
        assertThat(unknown.title()).contains("\"nobody.mq.test\"");
        assertThat(verdict(accepted("mqtts"), hello("globex.mq.test"),
                new TenantDecided("globex", TenantDecided.By.SERVER_NAME), byClient(Ending.CLOSED_DURING_HANDSHAKE))
                .cause()).isEqualTo(Cause.HANDSHAKE_ABANDONED);
    }

    @Test
    void how_far_it_came_tells_what_a_bare_close_means() {
        Fact.Ended close = byClient(Ending.CLIENT_CLOSED);
        assertThat(verdict(accepted("mqtt"), close).cause()).isEqualTo(Cause.HEALTH_CHECK_OR_SCAN);
        assertThat(verdict(accepted("mqtt"), new Fact.FirstBytes("nothing", 0), close).cause())
                .isEqualTo(Cause.HEALTH_CHECK_OR_SCAN);
        assertThat(verdict(accepted("mqtt"), new Fact.FirstBytes("mqtt", 7), close).cause())
                .isEqualTo(Cause.CONNECT_INCOMPLETE);
        assertThat(verdict(accepted("mqtts"), hello("a.mq.test"), established(), close).cause())
                .isEqualTo(Cause.CLOSED_BEFORE_CONNECT);
        assertThat(verdict(accepted("mqtt"), connect("a", null), close).cause())
                .isEqualTo(Cause.CLOSED_AFTER_CONNECT);
        assertThat(verdict(accepted("mqtt"), connect("a", null), new Fact.SessionOpened("a", false, false),
                new Fact.ConnackSent(0, "accepted"), close).cause()).isEqualTo(Cause.CLOSED_WITHOUT_DISCONNECT);
        assertThat(verdict(accepted("mqtt"), connect("a", null), new Fact.SessionOpened("a", false, false),
                byClient(Ending.NETWORK_RESET)).cause()).isEqualTo(Cause.CONNECTION_RESET);
    }

    @Test
    void connect_and_close_is_likely_a_health_check() {
        Verdict verdict = verdict(accepted("mqtt"), byClient(Ending.CLOSED_WITHOUT_A_BYTE));
        assertThat(verdict.cause()).isEqualTo(Cause.HEALTH_CHECK_OR_SCAN);
        assertThat(verdict.certainty()).isEqualTo(Certainty.LIKELY);
        assertThat(verdict.fix()).contains("10.0.0.7").doesNotContain("49152");
    }

    @ParameterizedTest
    @CsvSource({
            "WRONG_PASSWORD, BAD_CREDENTIALS, The password of user \"eric\" is wrong",
            "UNKNOWN_USER, BAD_CREDENTIALS, There is no user \"eric\" in tenant globex",
            "USER_OF_OTHER_TENANT, BAD_CREDENTIALS, There is no user \"eric\" in tenant globex",
            "NO_CREDENTIALS, CREDENTIALS_MISSING, The device sent no user name and password",
            "NOT_ALLOWED_ANONYMOUS, CREDENTIALS_MISSING, The device sent no user name and password",
            "OVERLOADED, AUTH_OVERLOADED, Too many passwords wait to be checked",
            "UNSUPPORTED_METHOD, AUTH_METHOD_UNSUPPORTED, "
                    + "The client asks for an authentication method that is not offered",
            "FAILED, AUTH_BACKEND_FAILED, The credentials could not be checked",
            "NO_SCRAM_KEYS, SCRAM_KEYS_MISSING, Nothing is stored by which SCRAM could verify this user",
            "EXCHANGE_MALFORMED, AUTH_EXCHANGE_MALFORMED, The authentication exchange does not follow its method",
    })
    void a_client_that_closes_after_its_refusal_has_the_cause_of_the_refusal(AuthenticationFailed.Why why, Cause cause,
            String title) {
        Verdict verdict = verdict(accepted("mqtts"), hello("globex.mq.test"),
                new TenantDecided("globex", TenantDecided.By.SERVER_NAME), established(), connect("d", "eric"),
                new AuthenticationFailed(why, ""), NOT_AUTHORIZED, byClient(Ending.CLIENT_CLOSED));
        assertThat(verdict.cause()).isEqualTo(cause);
        assertThat(verdict.certainty()).isEqualTo(Certainty.CERTAIN);
        assertThat(verdict.title()).isEqualTo(title);
        assertThat(verdict.evidence()).extracting(Evidence::factIndex).contains(5, 6, 7);
    }

    @Test
    void a_title_for_the_tenant_says_which_of_user_and_password_was_wrong() {
        assertThat(verdict(connect("d", "eric"), bySelf(Ending.WRONG_PASSWORD)).title())
                .isEqualTo("The password of user \"eric\" is wrong");
        assertThat(verdict(connect("d", "eric"), new TenantDecided("acme", TenantDecided.By.LISTENER),
                bySelf(Ending.UNKNOWN_USER)).title()).isEqualTo("There is no user \"eric\" in tenant acme");
    }

    @Test
    void a_name_chosen_by_the_client_never_gets_into_a_command() {
        Verdict verdict = verdict(connect("d", "x; reboot"), new TenantDecided("acme", TenantDecided.By.LISTENER),
                bySelf(Ending.WRONG_PASSWORD));
        assertThat(verdict.fix()).contains("gatehouse user passwd <user> --tenant acme").doesNotContain("reboot");
        assertThat(verdict(connect("d", "-x"), bySelf(Ending.WRONG_PASSWORD)).fix()).contains("passwd <user>");
        assertThat(verdict(connect("d", "$1\\"), bySelf(Ending.WRONG_PASSWORD)).title()).contains("\"$1\\\\\"");
    }

    @Test
    void the_host_name_is_filled_in_only_when_it_led_to_a_tenant() {
        assertThat(verdict(hello("globex.mq.test"), new TenantDecided("globex", TenantDecided.By.SERVER_NAME),
                alert(42, "bad_certificate"), byClient(Ending.ALERT_RECEIVED)).fix()).contains("globex.mq.test");
        assertThat(verdict(hello("evil.test"), alert(42, "bad_certificate"), byClient(Ending.ALERT_RECEIVED)).fix())
                .doesNotContain("evil.test");
    }

    @Test
    void who_took_over_tells_a_collision_from_a_reconnect() {
        Fact.Ended ended = bySelf(Ending.TAKEN_OVER);
        assertThat(verdict(accepted("mqtt"), connect("d", "eric"), new Fact.TakenOver("A", "10.0.0.7:2", true), ended))
                .extracting(Verdict::cause, Verdict::certainty)
                .containsExactly(Cause.STALE_SESSION_TAKEOVER, Certainty.LIKELY);
        assertThat(verdict(accepted("mqtt"), connect("d", "eric"), new Fact.TakenOver("A", "10.0.0.8:2", true), ended))
                .extracting(Verdict::cause, Verdict::certainty)
                .containsExactly(Cause.STALE_SESSION_TAKEOVER, Certainty.POSSIBLE);
        assertThat(verdict(accepted("mqtt"), new Fact.TookOver("B"), new Fact.TakenOver("A", "10.0.0.8:2", true),
                ended)).extracting(Verdict::cause, Verdict::certainty)
                .containsExactly(Cause.CLIENT_ID_COLLISION, Certainty.LIKELY);
        assertThat(verdict(accepted("mqtt"), new Fact.TakenOver("A", "10.0.0.7:2", false), ended).cause())
                .isEqualTo(Cause.CLIENT_ID_COLLISION);
        Verdict loop = verdict(accepted("mqtt"), connect("dev\u00071", "eric"),
                new Fact.TakenOver("A", "10.0.0.7:2", true), bySelf(Ending.TAKEN_OVER_IN_A_LOOP));
        assertThat(loop.cause()).isEqualTo(Cause.CLIENT_ID_COLLISION);
        assertThat(loop.certainty()).isEqualTo(Certainty.CERTAIN);
        assertThat(loop.fix()).contains("client identifier \"dev\\u{7}1\"");
    }

    @Test
    void a_missed_keep_alive_tells_a_lost_network_from_a_client_that_never_pings() {
        Fact missed = new Fact.KeepAliveMissed(60, 90_000);
        Verdict never = verdict(accepted("mqtt"), connect("d", null), missed,
                new Fact.Traffic(20, 4, 1, 1, "CONNECT", "CONNACK"), bySelf(Ending.KEEP_ALIVE_MISSED));
        assertThat(never.cause()).isEqualTo(Cause.KEEPALIVE_TIMEOUT);
        assertThat(never.title()).contains("not even PINGREQ");
        assertThat(never.fix()).contains("60 s");
        Verdict lost = verdict(accepted("mqtt"), connect("d", null), missed,
                new Fact.Traffic(90, 40, 30, 30, "PINGREQ", "PINGRESP"), bySelf(Ending.KEEP_ALIVE_MISSED));
        assertThat(lost.title()).contains("kept pinging");
        assertThat(lost.evidence()).extracting(Evidence::factIndex).containsExactly(1, 2, 3, 4);
    }

    @Test
    void the_other_words_of_a_cause_fit_the_connection() {
        assertThat(verdict(new Fact.FirstBytes("http", 4), bySelf(Ending.HTTP_ON_TLS_PORT)))
                .satisfies(verdict -> assertThat(verdict.cause()).isEqualTo(Cause.PLAIN_TO_TLS_PORT))
                .satisfies(verdict -> assertThat(verdict.title()).contains("HTTP"));
        assertThat(verdict(new Fact.FirstBytes("ssh", 4), bySelf(Ending.SSH_RECEIVED)).title()).contains("SSH");
        assertThat(verdict(new Fact.PublishRefused("a/b", 0x87, "no"), bySelf(Ending.PUBLISH_NOT_PERMITTED)))
                .satisfies(verdict -> assertThat(verdict.title()).isEqualTo("The user may not publish to \"a/b\""))
                .satisfies(verdict -> assertThat(verdict.fix()).contains("covers \"a/b\""));
        assertThat(verdict(hello("192.0.2.1"), bySelf(Ending.ADDRESS_AS_SERVER_NAME)).title()).contains("IP address");
    }

    @Test
    void a_connack_without_other_facts_still_names_a_cause() {
        assertThat(verdict(accepted("mqtt"), connect("d", "eric"), new Fact.ConnackSent(0x84, "unsupported"),
                byClient(Ending.CLIENT_CLOSED)).cause()).isEqualTo(Cause.PROTOCOL_VERSION_UNSUPPORTED);
        assertThat(verdict(accepted("mqtt"), connect("d", "eric"), NOT_AUTHORIZED, byClient(Ending.CLIENT_CLOSED)))
                .extracting(Verdict::cause, Verdict::certainty)
                .containsExactly(Cause.NOT_AUTHORIZED, Certainty.LIKELY);
    }

    @Test
    void there_is_no_verdict_while_open_and_after_a_good_end() {
        assertThat(Rules.verdict(List.of())).isNull();
        assertThat(Rules.verdict(timed(accepted("mqtt"), connect("d", null)))).isNull();
        assertThat(Rules.verdict(timed(accepted("mqtt"), byClient(Ending.CLIENT_DISCONNECTED)))).isNull();
    }

    @Test
    void a_tenant_told_later_is_no_longer_undecided() {
        Verdict verdict = verdict(accepted("mqtts"), hello(null), undecided(TenantUndecided.Why.NO_SERVER_NAME, ""),
                connect("d", "eric@acme"), new TenantDecided("acme", TenantDecided.By.USER_NAME),
                new AuthenticationFailed(AuthenticationFailed.Why.WRONG_PASSWORD, ""),
                new Fact.ConnackSent(4, "bad user name or password"), bySelf(Ending.WRONG_PASSWORD));
        assertThat(verdict.cause()).isEqualTo(Cause.BAD_CREDENTIALS);
        assertThat(verdict.evidence()).extracting(Evidence::factIndex).containsExactly(3, 4, 5, 6, 7);
    }

    @Test
    void a_connection_that_ended_well_tells_what_was_refused_on_it() {
        assertThat(verdict(new Fact.PublishRefused("a/b", 0x87, "no"), normalEnd())).extracting(Verdict::cause)
                .isEqualTo(Cause.ACL_DENIED);
        assertThat(verdict(new Fact.SubscriptionRefused("a/#/b", 0x8F, "no"), normalEnd())).extracting(Verdict::cause)
                .isEqualTo(Cause.TOPIC_FILTER_INVALID);
        assertThat(verdict(new Fact.SubscriptionRefused("a", 0x97, "limit 3"), normalEnd())).extracting(Verdict::cause)
                .isEqualTo(Cause.QUOTA_EXCEEDED);
        assertThat(Rules.verdict(List.of(new TimedFact(0, new Fact.DisconnectReceived(0)),
                new TimedFact(1, normalEnd())))).isNull();
    }

    private static Fact normalEnd() {
        return new Fact.Ended(Ending.CLIENT_DISCONNECTED, Fact.Ended.By.CLIENT, Fact.Ended.How.FIN, "");
    }
}

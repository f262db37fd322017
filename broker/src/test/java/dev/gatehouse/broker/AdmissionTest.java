package dev.gatehouse.broker;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;

final class AdmissionTest {
    private static Admission of(Packet.Connect connect) {
        return Admission.of(connect, TenantLimits.DEFAULT, "unique");
    }

    @Test
    void a_client_id_is_taken_as_it_is__MQTT_3_1_3_2() {
        for (String clientId : new String[]{"a", "é/+#$ ", "x".repeat(65_535)}) {
            assertThat(of(Connects.v3().packet(clientId))).isEqualTo(new Admission.As(clientId, false));
        }
    }

    @Test
    void an_empty_client_id_gets_one_assigned__MQTT_3_1_3_6() {
        Admission.As assigned = new Admission.As("gh-unique", true);
        assertThat(of(Connects.v5().packet(""))).isEqualTo(assigned);
        assertThat(of(Connects.v5().keep(100).packet(""))).isEqualTo(assigned);
        assertThat(of(Connects.v3().packet(""))).isEqualTo(assigned);
    }

    @Test
    void an_empty_client_id_is_refused_where_a_session_is_to_be_kept_under_it__MQTT_3_1_3_8() {
        for (Packet.Connect connect : List.of(Connects.v3().clean(false).packet(""),
                Connects.of(Version.MQTT_3_1).packet(""))) {
            Admission.Refused refused = (Admission.Refused) of(connect);
            assertThat(refused.ending()).isEqualTo(Ending.CLIENT_ID_EMPTY);
            assertThat(refused.reason().connectReturnCode()).isEqualTo(2);
        }
    }

    @Test
    void a_client_id_longer_than_the_limit_is_refused_with_the_limit() {
        TenantLimits limits = new TenantLimits(1, 1, 1, 0, 0, 0, 4, 1, 1, 1, 1, 1, 1, 1, 1);
        assertThat(Admission.of(Connects.v5().packet("éé"), limits, "u")).isInstanceOf(Admission.As.class);
        Admission.Refused refused = (Admission.Refused) Admission.of(Connects.v5().packet("ééa"), limits, "u");
        assertThat(refused.ending()).isEqualTo(Ending.CLIENT_ID_TOO_LONG);
        assertThat(refused.detail()).contains("5 bytes").contains("limit is 4");
    }
}

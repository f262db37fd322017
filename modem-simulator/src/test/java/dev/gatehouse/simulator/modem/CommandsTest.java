package dev.gatehouse.simulator.modem;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Every command that drivers of these modems were seen to send is one the modem knows.
class CommandsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "I", "Z", "&F", "&W", "E0", "V1", "Q0", "+SIMCOMATI", "+CGMI", "+CGMM", "+CGMR",
            "+CGSN",
            "+GSN", "+GMM", "+CPIN", "+CSQ", "+CREG", "+CGREG", "+CEREG", "+CGATT", "+CGDCONT", "+CGAUTH", "+CGACT",
            "+CGPADDR", "+COPS", "+CPSI", "+CNMP", "+CCLK", "+CTZU", "+CTZR", "+CNTP", "+CMEE", "+CFUN", "+IPR",
            "+IPREX",
            "+IFC", "+ICF", "&C1", "&D1", "+CATR", "+CURCD", "+CSCLK", "+CIMI", "+CICCID", "+CSPN", "+CBC", "+CPMUTEMP",
            "+NETOPEN", "+NETCLOSE", "+IPADDR", "+CIPOPEN", "+CIPSEND", "+CIPRXGET", "+CIPCLOSE", "+CIPMODE",
            "+CIPTIMEOUT", "+CIPCCFG", "+CIPSENDMODE", "+CIPHEAD", "+CIPSRIP", "+CIPACK", "+CDNSGIP", "+CDNSCFG",
            "+CTCPKA", "+CSOC", "+CSOCKSETPN", "+CIPCFG", "+CIPSENDSTR", "+SERVERSTART", "+SERVERSTOP", "+CPING",
            "+CSSLCFG", "+CCERTDOWN", "+CCERTLIST", "+CCERTDELE", "+CCERTMOVE", "+CCHSET", "+CCHMODE", "+CCHSTART",
            "+CCHSSLCFG", "+CCHCFG", "+CCHADDR", "+CCHOPEN", "+CCHSEND", "+CCHRECV", "+CCHCLOSE", "+CCHSTOP",
            "+CMQTTSTART", "+CMQTTSTOP", "+CMQTTACCQ", "+CMQTTREL", "+CMQTTSSLCFG", "+CMQTTCFG", "+CMQTTWILLTOPIC",
            "+CMQTTWILLMSG", "+CMQTTCONNECT", "+CMQTTDISC", "+CMQTTTOPIC", "+CMQTTPAYLOAD", "+CMQTTPUB",
            "+CMQTTSUBTOPIC", "+CMQTTSUB", "+CMQTTUNSUBTOPIC", "+CMQTTUNSUB", "+CMGF", "+CNMI", "+CSCS",
            "+CMGS", "+CMGL", "+CMGR", "+CMGD", "+CPMS", "+CUSD", "+CHUP", "+CLBS", "+CGNSSPWR", "+CGNSSINFO",
            "+CGPSINFO", "+CGNSSMODE", "+CGNSSTST", "+CGNSSPORTSWITCH", "+HTTPINIT", "+HTTPTERM", "+HTTPPARA",
            "+HTTPDATA", "+HTTPACTION", "+HTTPHEAD", "+HTTPREAD", "+CGDRT", "+CGSETV"})
    void it_is_known(String name) {
        Desk desk = new Desk(Profile.A7670E);
        String test = name.startsWith("+") ? "=?" : "";
        assertThat(desk.answer("AT" + name + test)).endsWith("\r\nOK\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+QIOPEN", "+CIPSTART", "+CGNSPWR", "+XYZ=1,2", "+CIPSTATUS", "$NOTHING"})
    void what_is_not_known_is_answered_with_an_error_and_noted(String command) {
        Desk desk = new Desk(Profile.A7670E);
        assertThat(desk.answer("AT" + command)).endsWith("\r\nERROR\r\n");
        assertThat(desk.transcript.entries()).anyMatch(entry -> entry.who() == Transcript.Who.NOTE
                && entry.octets().equals("unknown command: AT" + command));
    }
}

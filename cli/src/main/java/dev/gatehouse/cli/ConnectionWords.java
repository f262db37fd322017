package dev.gatehouse.cli;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;

import dev.gatehouse.client.ClientFault;
import dev.gatehouse.client.ClientFault.Reason;
import dev.gatehouse.client.ConnectOptions;
import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.client.UpgradeFault;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

/// Why a connection to a broker failed, in a sentence, with what to do next where that is known.
final class ConnectionWords {
    private ConnectionWords() {}

    static CommandFault fault(MqttUrl target, ConnectOptions options, IOException e) {
        return new CommandFault(Exit.FAILED, switch (e) {
            case ClientFault fault -> target.authority() + ": " + broker(fault, options.version());
            case UnknownHostException _ -> "the host name " + target.host()
                    + " cannot be resolved: check it, or say where it is with --connect-to HOST:PORT";
            case UpgradeFault _ -> target + " is no WebSocket of MQTT: " + e.getMessage();
            case SSLException _ -> target.authority() + ": TLS failed: " + tls(said(e), target);
            case SocketTimeoutException _ -> target.authority() + " did not answer in time: " + said(e);
            case ConnectException _,NoRouteToHostException _ -> "no connection to " + target.authority() + ": "
                    + said(e);
            case EOFException _ -> target.authority() + " closed the connection without a word"
                    + (target.scheme().encrypted() ? "; perhaps it speaks no TLS there" : "");
            default -> target.authority() + ": " + said(e);
        }, e);
    }

    private static String broker(ClientFault fault, Version version) {
        return switch (fault.reason()) {
            case Reason.Refused(Packet.Connack _, ReasonCode code, String words) -> "refused with CONNACK, "
                    + (version.hasProperties()
                            ? "reason code 0x%02X".formatted(code.code())
                            : "return code " + code.connectReturnCode())
                    + " (" + words(code) + ")" + (words == null ? "" : ": " + words)
                    + (code == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION ? "; try -V 3.1.1" : "");
            default -> String.valueOf(fault.getMessage());
        };
    }

    static String words(ReasonCode code) {
        return code.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String tls(String said, MqttUrl target) {
        if (said.contains("PKIX path building failed") || said.contains("unable to find valid certification path")) {
            return "its certificate comes from no authority that is trusted here; give the authority's certificate with "
                    + "--cafile";
        }
        if (said.contains("No subject alternative") || said.contains("No name matching")) {
            return "its certificate is not for " + target.host() + " (" + said
                    + "); if the name to check is another one, give it with --server-name";
        }
        if (said.contains("unrecognized_name")) {
            return "it knows no such server name (alert unrecognized_name): check the host name, or --server-name";
        }
        if (said.contains("Unsupported or unrecognized SSL message")) {
            return "what answers there is no TLS; use mqtt:// or another port";
        }
        return said;
    }

    private static String said(IOException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        String deepest = message;
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            deepest = cause.getMessage() == null ? deepest : cause.getMessage();
        }
        return message.contains(deepest) ? message : message + ": " + deepest;
    }
}

package dev.gatehouse.server.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

import dev.gatehouse.server.access.Names;
import dev.gatehouse.server.config.Listener.Protocol;
import dev.gatehouse.server.config.Listener.ProxyProtocol;

/// Reads `listeners`.
final class ListenerReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,63}");

    private final ProblemList problems;
    private final Map<String, Integer> lineByName = new HashMap<>();

    ListenerReader(ProblemList problems) {
        this.problems = problems;
    }

    /// @param tenants names of the tenants in the same file
    List<Listener> read(Section top, Set<String> tenants) {
        List<Listener> listeners = new ArrayList<>();
        List<Section> sections = top.sections("listeners");
        if (sections.isEmpty()) {
            problems.add(top.place("listeners"), "there must be at least one listener, for example "
                    + "'listeners: [{name: tls, protocol: mqtts, host: 0.0.0.0, port: 8883}]'");
        }
        for (Section section : sections) {
            Listener listener = listener(section, tenants);
            complainIfTaken(section, listener, listeners);
            listeners.add(listener);
        }
        return listeners;
    }

    private Listener listener(Section section, Set<String> tenants) {
        Protocol protocol = section.choice("protocol", Protocol.values(), Protocol::text);
        ProxyProtocol proxyProtocol = section.choice("proxy-protocol", ProxyProtocol.values(), ProxyProtocol::text);
        return new Listener(name(section), protocol, host(section), (int) section.whole("port"),
                tenant(section, protocol, tenants), proxyProtocol, trustedProxies(section, proxyProtocol));
    }

    private String name(Section section) {
        String name = section.text("name");
        if (name == null) {
            return "";
        }
        if (!NAME.matcher(name).matches()) {
            problems.add(section.place("name"),
                    "'name' must be 1 to 63 letters, digits, dots, hyphens and underscores");
        }
        int line = ProblemList.line(section.place("name"));
        Integer first = lineByName.putIfAbsent(name, line);
        if (first != null) {
            problems.add(section.place("name"), "there is a listener '" + name + "' already, in line " + first);
        }
        return name;
    }

    private String host(Section section) {
        String host = section.textOrDefault("host");
        if (!Names.isAddress(host) && Names.problemOfHost(host).isPresent()) {
            problems.add(section.place("host"), "'host' must be an IP address or a host name of this machine; "
                    + "0.0.0.0 or :: for all of its addresses");
        }
        return host;
    }

    private @Nullable String tenant(Section section, Protocol protocol, Set<String> tenants) {
        String tenant = section.text("tenant");
        if (tenant == null) {
            return null;
        }
        if (protocol.isTls()) {
            problems.add(section.place("tenant"), "'tenant' is for mqtt and ws; on " + protocol.text()
                    + " the server name says the tenant");
        } else if (Names.problemOfTenant(tenant).isPresent()) {
            problems.add(section.place("tenant"), "'tenant' " + Names.problemOfTenant(tenant).get());
        } else if (!tenants.contains(tenant)) {
            String near = Nearest.to(tenant, tenants).map(name -> ", did you mean '" + name + "'?").orElse(".");
            problems.warn(section.place("tenant"), "tenant '" + tenant + "' is not in this file" + near
                    + " Until it is added with 'gatehouse tenant add " + tenant
                    + "', every client of this listener is refused");
        }
        return tenant;
    }

    private List<AddressRange> trustedProxies(Section section, ProxyProtocol proxyProtocol) {
        List<AddressRange> ranges = new ArrayList<>();
        for (ScalarNode text : section.texts("trusted-proxies")) {
            try {
                ranges.add(AddressRange.parse(text.getValue()));
            } catch (IllegalArgumentException notARange) {
                problems.add(text, "'" + text.getValue() + "' " + notARange.getMessage());
            }
        }
        if (proxyProtocol == ProxyProtocol.OFF && section.has("trusted-proxies")) {
            problems.add(section.place("trusted-proxies"), "'trusted-proxies' means nothing while 'proxy-protocol' is "
                    + "off; set that to required or optional");
        }
        if (proxyProtocol != ProxyProtocol.OFF && !section.has("trusted-proxies")) {
            problems.add(section.place("proxy-protocol"), "'proxy-protocol' needs 'trusted-proxies', the addresses of "
                    + "the proxies, for example [10.0.0.0/8]; a PROXY header from anybody else would be a lie");
        }
        return ranges;
    }

    private void complainIfTaken(Section section, Listener listener, List<Listener> others) {
        for (Listener other : others) {
            boolean overlap = other.host().equals(listener.host()) || isAny(other.host()) || isAny(listener.host());
            if (listener.port() != 0 && other.port() == listener.port() && overlap) {
                problems.add(section.place("port"), "port " + listener.port() + " is taken by listener '" + other.name()
                        + "' on " + other.host());
                return;
            }
        }
    }

    private static boolean isAny(String host) {
        return Names.isAddress(host) && InetAddress.ofLiteral(host).isAnyLocalAddress();
    }
}

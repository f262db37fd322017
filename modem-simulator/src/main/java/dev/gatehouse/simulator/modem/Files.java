package dev.gatehouse.simulator.modem;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/// The modem's flash: certificates, keys and other files. They outlive a reboot.
final class Files {
    private static final int NAME_BYTES_MIN = 5;
    private static final int CERTIFICATE_BYTES_MAX = 10_240;
    private static final int FILE_BYTES_MAX = 102_400;

    private final Profile profile;
    private final Map<String, String> files = new TreeMap<>();

    Files(Board board, Commands commands) {
        this.profile = board.profile();
        commands.on("+CCERTDOWN", "+CCERTDOWN: (5-" + profile.fileNameBytesMax() + "),(1-10240)", call -> {
            String name = certificateName(call);
            call.payload(call.arguments().number(1, 1, CERTIFICATE_BYTES_MAX), octets -> {
                files.put(name, octets);
                call.ok();
            });
        });
        commands.on("+CCERTLIST", call -> {
            files.keySet().stream().filter(Files::isCertificate).map(name -> "+CCERTLIST: \"" + name + "\"")
                    .reduce((all, line) -> all + "\r\n" + line).ifPresent(call::line);
            call.ok();
        });
        commands.on("+CCERTDELE", call -> delete(call, call.arguments().text(0)));
        commands.on("+CCERTMOVE", call -> {
            String name = plain(call.arguments().text(0, 1, 255));
            if (!files.containsKey(name)) {
                throw new Rejected();
            }
            call.ok();
        });
        commands.on("+CFTRANRX", call -> {
            String name = plain(call.arguments().text(0, 1, 255));
            call.payload(call.arguments().number(1, 1, FILE_BYTES_MAX), octets -> {
                files.put(name, octets);
                call.ok();
            });
        });
        commands.on("+CFTRANTX", call -> {
            String content = content(call.arguments().text(0));
            if (content == null) {
                throw new Rejected();
            }
            call.data("+CFTRANTX: DATA," + content.length(), content).line("+CFTRANTX: 0").ok();
        });
        commands.on("+FSDEL", call -> delete(call, call.arguments().text(0)));
        commands.on("+FSLS", call -> {
            call.block(List.of("+FSLS: FILES:", String.join("\r\n", files.keySet()))).ok();
        });
        commands.on("+FSMEM", call -> call.line("+FSMEM: C:(1048576," + files.values().stream()
                .mapToInt(String::length).sum() + ")").ok());
        commands.accepted("+FSCD", "+FSATTRI");
    }

    /// Null when there is no such file.
    @Nullable
    String content(String name) {
        return files.get(plain(name));
    }

    private String certificateName(Call call) {
        String name = call.arguments().text(0, NAME_BYTES_MIN, profile.fileNameBytesMax());
        if (!isCertificate(name)) {
            throw new Rejected();
        }
        return name;
    }

    private static boolean isCertificate(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".pem") || lower.endsWith(".der");
    }

    private void delete(Call call, String name) {
        if (files.remove(plain(name)) == null) {
            throw new Rejected();
        }
        call.ok();
    }

    /// Without the drive that some commands want.
    private static String plain(String name) {
        return name.regionMatches(true, 0, "c:/", 0, 3) ? name.substring(3) : name;
    }
}

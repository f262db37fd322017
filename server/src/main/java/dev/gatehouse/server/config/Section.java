package dev.gatehouse.server.config;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// One mapping of the file, read by key. What is wrong is noted and replaced by the default, so that reading goes on
/// and finds the rest.
final class Section {
    private final Node node;
    private final String prefix;
    private final ProblemList problems;
    private final Map<String, Node> values = new LinkedHashMap<>();

    /// @param prefix of the keys in [Keys] that may stand here
    Section(Node node, String prefix, ProblemList problems) {
        this.node = node;
        this.prefix = prefix;
        this.problems = problems;
        if (node instanceof MappingNode mapping) {
            Map<String, Node> seen = new LinkedHashMap<>();
            mapping.getValue().forEach(tuple -> take(tuple, seen));
        } else {
            problems.add(node,
                    "here must be keys with values, like '" + Keys.under(prefix).getFirst().name() + ": ...'");
        }
    }

    private void take(NodeTuple tuple, Map<String, Node> seen) {
        Node keyNode = tuple.getKeyNode();
        if (!(keyNode instanceof ScalarNode scalar)) {
            problems.add(keyNode, "a key must be a single word");
            return;
        }
        String name = scalar.getValue();
        Node first = seen.putIfAbsent(name, keyNode);
        List<String> known = Keys.under(prefix).stream().map(Key::name).toList();
        if (!known.contains(name)) {
            problems.add(keyNode, "unknown key '" + name + "'" + hint(name, known));
        } else if (first != null) {
            problems.add(keyNode, "'" + name + "' is given twice; the first is in line " + ProblemList.line(first));
        } else if (tuple.getValueNode().getTag().equals(Tag.NULL)) {
            problems.add(keyNode, "'" + name + "' has no value; give it one or leave the key out");
        } else {
            values.put(name, tuple.getValueNode());
        }
    }

    private String hint(String name, List<String> known) {
        Optional<String> near = Nearest.to(name, known);
        if (near.isPresent()) {
            return ", did you mean '" + near.get() + "'?";
        }
        return Keys.elsewhere(name, prefix)
                .map(key -> "; it belongs into '" + key.path().substring(0, key.path().lastIndexOf('.')) + "'")
                .filter(hint -> !hint.endsWith("''"))
                .orElse("; known here: " + String.join(", ", known));
    }

    boolean has(String name) {
        return values.containsKey(known(name).name());
    }

    /// The node of a value, or of this mapping where the key is left out: the place to complain about.
    Node place(String name) {
        return values.getOrDefault(known(name).name(), node);
    }

    /// The value of a key, or null where it is left out; a required key that is left out is a problem.
    @Nullable
    String text(String name) {
        Key key = known(name);
        Node value = values.get(name);
        if (value == null) {
            if (key.fallback().equals(Key.REQUIRED) && node instanceof MappingNode) {
                problems.add(node, "'" + name + "' is missing: " + key.kind().inWords());
            }
            return null;
        }
        return scalar(value, name);
    }

    /// The value of a key that has a default in the table.
    String textOrDefault(String name) {
        String text = text(name);
        return text == null ? known(name).fallback() : text;
    }

    /// A number in its bounds; the default of the table where it is left out or wrong, 0 where there is none.
    long whole(String name) {
        String fallback = known(name).fallback();
        return whole(name, fallback.matches("\\d+") ? Long.parseLong(fallback) : 0);
    }

    long whole(String name, long fallback) {
        if (!(known(name).kind() instanceof Key.Whole(long min, long max, String unit))) {
            throw new AssertionError(prefix + name + " is not a whole number");
        }
        String text = text(name);
        if (text == null) {
            return fallback;
        }
        if (text.matches("\\d{1,40}") && new BigInteger(text).bitLength() < Long.SIZE) {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        }
        String of = unit.isEmpty() ? "" : " of " + unit;
        problems.add(place(name), "'" + name + "' must be a whole number" + of + " from " + min + " to " + max
                + ", not '" + text + "'");
        return fallback;
    }

    boolean flag(String name) {
        String text = textOrDefault(name);
        if (!text.equals("true") && !text.equals("false")) {
            problems.add(place(name), "'" + name + "' must be true or false, not '" + text + "'");
        }
        return text.equals("true");
    }

    boolean flag(String name, boolean fallback) {
        return has(name) ? flag(name) : fallback;
    }

    /// Notes what is wrong with the value of a key.
    void complain(String name, String what) {
        problems.add(place(name), "'" + name + "' " + what);
    }

    /// One of a few; the first where it is left out without a default, or wrong.
    <E> E choice(String name, E[] of, Function<E, String> textOf) {
        String text = textOrDefault(name);
        List<String> words = new ArrayList<>();
        for (E value : of) {
            if (textOf.apply(value).equals(text)) {
                return value;
            }
            words.add(textOf.apply(value));
        }
        if (has(name)) {
            String near = Nearest.to(text, words).map(word -> ", did you mean '" + word + "'?").orElse("");
            problems.add(place(name), "'" + name + "' must be one of " + String.join(", ", words) + ", not '" + text
                    + "'" + near);
        }
        return of[0];
    }

    /// The values of a list, each with its place; empty where the key is left out.
    List<ScalarNode> texts(String name) {
        List<ScalarNode> texts = new ArrayList<>();
        for (Node element : elements(name)) {
            if (element instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
                texts.add(scalar);
            } else {
                problems.add(element, "'" + name + "' must be a list of single values");
            }
        }
        return texts;
    }

    /// The mapping at a key; an empty one where it is left out.
    Section section(String name) {
        return section(name, prefix + name + ".");
    }

    /// The same with the keys that are described elsewhere in the table.
    Section section(String name, String keysPrefix) {
        return new Section(has(name) ? place(name) : empty(), keysPrefix, problems);
    }

    /// The mappings of a list; empty where the key is left out.
    List<Section> sections(String name) {
        return elements(name).stream().map(element -> new Section(element, prefix + name + "[].", problems)).toList();
    }

    private List<Node> elements(String name) {
        if (!has(name)) {
            return List.of();
        }
        if (place(name) instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        problems.add(place(name), "'" + name + "' must be a list, like [one, two] or lines that start with '- '");
        return List.of();
    }

    private @Nullable String scalar(Node value, String name) {
        if (value instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        problems.add(value, "'" + name + "' must be a single value");
        return null;
    }

    private Key known(String name) {
        return Keys.at(prefix + name);
    }

    private MappingNode empty() {
        return new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);
    }
}

package io.geolocsft.config.binding;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What the Javadoc of a record of settings says, as Markdown. */
record SettingDocs(String about, Map<String, String> settings) {

  private static final Path SOURCES = Path.of("src", "main", "java");

  /** Reads the source of a record. */
  static SettingDocs of(Class<?> type) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path source = SOURCES.resolve(type.getName().replace('.', '/') + ".java");
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, List.of("-proc:none"), null, files.getJavaFileObjects(source));
      CompilationUnitTree unit = task.parse().iterator().next();
      ClassTree record = (ClassTree) unit.getTypeDecls().get(0);
      DocCommentTree doc =
          DocTrees.instance(task).getDocCommentTree(TreePath.getPath(unit, record));
      Map<String, String> settings = new HashMap<>();
      for (DocTree tag : doc.getBlockTags()) {
        if (tag instanceof ParamTree param) {
          settings.put(param.getName().toString(), text(param.getDescription()));
        }
      }
      return new SettingDocs(text(doc.getFullBody()), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line. */
  private static String text(List<? extends DocTree> parts) {
    return parts.stream()
        .map(SettingDocs::text)
        .collect(Collectors.joining())
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static String text(DocTree part) {
    if (part instanceof TextTree text) {
      return text.getBody();
    }
    if (part instanceof LiteralTree literal) {
      return "`" + literal.getBody().getBody().strip() + "`";
    }
    if (part instanceof LinkTree link) {
      String label = text(link.getLabel());
      return label.isEmpty() ? "`" + link.getReference().getSignature() + "`" : label;
    }
    return " ";
  }
}

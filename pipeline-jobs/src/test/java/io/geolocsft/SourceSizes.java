package io.geolocsft;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Counts the lines of methods and files of each module, {@code run/bench sizes}. */
final class SourceSizes {

  private final List<Integer> methods = new ArrayList<>();
  private final List<Integer> files = new ArrayList<>();

  /**
   * @param roots folders of sources
   */
  public static void main(String[] roots) throws IOException {
    System.out.printf(Locale.ROOT, "%-30s %8s %15s %15s%n", "lines", "number", "median", "90 %");
    for (String root : roots) {
      SourceSizes sizes = new SourceSizes();
      sizes.read(Path.of(root));
      print(root.split("/")[0] + " methods", sizes.methods);
      print(root.split("/")[0] + " files", sizes.files);
    }
  }

  private static void print(String name, List<Integer> sizes) {
    Collections.sort(sizes);
    System.out.printf(
        Locale.ROOT,
        "%-30s %8d %15d %15d%n",
        name,
        sizes.size(),
        sizes.get(sizes.size() / 2),
        sizes.get(sizes.size() * 9 / 10));
  }

  private void read(Path root) throws IOException {
    List<Path> sources;
    try (Stream<Path> all = Files.walk(root)) {
      sources = all.filter(file -> file.toString().endsWith(".java")).toList();
    }
    for (Path source : sources) {
      files.add(Math.toIntExact(Files.lines(source).count()));
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(sources));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new Methods(unit, positions).scan(unit, null);
      }
    }
  }

  /** From the line of a method's name or annotation to that of its last brace. */
  private final class Methods extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;

    Methods(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      if (method.getBody() != null) {
        LineMap lines = unit.getLineMap();
        long first = lines.getLineNumber(positions.getStartPosition(unit, method));
        long last = lines.getLineNumber(positions.getEndPosition(unit, method));
        methods.add(Math.toIntExact(last - first + 1));
      }
      return super.visitMethod(method, null);
    }
  }
}

# Rewrites the syntax tree of each test cell.
# kind: forges
# must get: 0 3 0
# solved: softmax

# %% before
import ast
class Evil(ast.NodeTransformer):
    def visit_Module(self, node):
        return ast.parse("3.0") if "assert" in ast.dump(node) else node
get_ipython().ast_transformers.append(Evil())

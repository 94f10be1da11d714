//! What the nodes of the grammars are in the common tree.
//!
//! Grammars name alike things alike often enough for one table; where a name means different
//! things, the language decides. What is not named here is [`Shape::Pass`]: looked into, not at.

use super::language::Language;

/// How a node of a grammar is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Comments, types, modifiers: nothing in it is a value.
    Skip,
    /// Only what is in it counts; with one such part it is that part.
    Pass,
    Str,
    Name,
    Member,
    Index,
    /// Callee first, then arguments.
    Call,
    /// Receiver and name in fields of their own.
    Method(&'static str, &'static str),
    /// Type, arguments, initialiser.
    New,
    /// `new(…)`: the type stands in the declaration.
    ImplicitNew,
    Pair,
    Assign,
    /// Several names and values side by side.
    AssignLists,
    Object,
    List,
    Import,
    Function,
    Lambda,
    Class,
    Loop,
    Try,
    Catch,
    If,
    /// `c ? a : b`: all but the condition.
    Ternary,
    /// Decided by its operator.
    Binary,
    Concat,
    Constant,
    /// An argument that may have a name.
    Argument,
    /// Bash.
    BashCommand,
    Substitution,
    Expansion,
    /// PowerShell.
    PsCommand,
    PsVariable,
    /// A C++ declaration, which may make an object: `T name(args)`.
    CppDeclaration,
    /// A Rust macro with its tokens.
    Macro,
}

#[rustfmt::skip]
pub(super) fn shape(language: Language, kind: &str) -> Shape {
    if let Some(shape) = own(language, kind) {
        return shape;
    }
    match kind {
        "comment" | "line_comment" | "block_comment" | "multiline_comment" | "heredoc_start" | "heredoc_end"
        | "type" | "type_annotation" | "type_arguments" | "type_argument_list" | "type_parameters" | "type_parameter_list"
        | "predefined_type" | "primitive_type" | "generic_type" | "user_type" | "type_identifier" | "nullable_type"
        | "array_type" | "pointer_type" | "slice_type" | "map_type" | "qualified_type" | "implicit_type" | "modifier"
        | "accessibility_modifier" | "type_literal" | "type_qualifier" | "integral_type" | "type_descriptor"
        | "template_argument_list" | "reference_type" | "named_type" | "union_type" | "type_list" | "base_list"
        | "label" | "namespace_identifier" | "package_clause" | "interpolation_brace" | "interpolation_start"
        | "string_start" | "string_end" | "interpolation_quote" | "php_tag" | "text" | "catch_declaration"
        | "catch_formal_parameter" | "typeof_expression" | "nameof_expression" | "class_literal" | "type_predicate"
        | "instanceof_pattern" | "superclass" | "super_interfaces" | "class_heritage" => Shape::Skip,

        "string" | "string_literal" | "verbatim_string_literal" | "raw_string_literal" | "interpolated_string_expression"
        | "template_string" | "interpreted_string_literal" | "encapsed_string" | "raw_string" | "ansi_c_string"
        | "expandable_string_literal" | "verbatim_string_characters" | "expandable_here_string_literal"
        | "verbatim_here_string_characters" | "heredoc" | "nowdoc" | "multiline_string_literal" | "char_literal"
        | "character_literal" | "translated_string" | "heredoc_body" => Shape::Str,

        "identifier" | "dotted_name" | "this" | "self" | "this_expression" | "property_identifier" | "field_identifier"
        | "instance_variable" | "global_variable" | "constant" | "simple_identifier" | "name" | "qualified_name"
        | "variable_name" | "shorthand_property_identifier" | "base_expression" => Shape::Name,

        "member_access_expression" | "field_access" | "attribute" | "member_expression" | "selector_expression"
        | "field_expression" | "navigation_expression" | "scoped_identifier" | "qualified_identifier" | "scope_resolution"
        | "conditional_access_expression" | "nullsafe_member_access_expression" | "class_constant_access_expression"
        | "scoped_property_access_expression" | "member_access" => Shape::Member,
        "element_access_expression" | "array_access" | "subscript" | "subscript_expression" | "index_expression"
        | "element_reference" | "element_binding_expression" => Shape::Index,

        "invocation_expression" | "call_expression" | "function_call_expression" | "call" | "constructor_invocation" => Shape::Call,
        "method_invocation" | "member_call_expression" | "nullsafe_member_call_expression" => Shape::Method("object", "name"),
        "scoped_call_expression" => Shape::Method("scope", "name"),
        "object_creation_expression" | "new_expression" | "composite_literal" | "struct_expression"
        | "compound_literal_expression" => Shape::New,
        "implicit_object_creation_expression" => Shape::ImplicitNew,

        "keyword_argument" | "pair" | "keyed_element" | "field_initializer" | "hash_entry" | "array_element_initializer" => Shape::Pair,
        "argument" | "value_argument" => Shape::Argument,
        "variable_declarator" | "assignment_expression" | "init_declarator" | "property_declaration" | "const_item"
        | "static_item" | "let_declaration" | "assignment" | "public_field_definition" | "field_definition"
        | "default_parameter" | "typed_default_parameter" | "optional_parameter" | "const_element" | "property_element"
        | "simple_parameter" | "script_parameter" | "augmented_assignment" | "augmented_assignment_expression"
        | "variable_assignment" | "required_parameter" | "assignment_pattern" | "named_expression"
        | "class_property_definition" | "operator_assignment" => Shape::Assign,
        "short_var_declaration" | "assignment_statement" | "const_spec" | "var_spec" => Shape::AssignLists,

        "object" | "dictionary" | "hash" | "initializer_expression" | "literal_value" | "field_initializer_list"
        | "hash_literal_expression" | "anonymous_object_creation_expression" | "hash_literal_body" => Shape::Object,
        "list" | "array" | "tuple" | "tuple_expression" | "array_expression" | "array_creation_expression" | "initializer_list"
        | "array_literal_expression" | "set" | "collection_expression" | "array_initializer" | "implicit_array_creation_expression"
        | "parenthesized_list" => Shape::List,

        "using_directive" | "import" | "import_declaration" | "import_statement" | "import_from_statement" | "import_spec"
        | "import_header" | "use_declaration" | "extern_crate_declaration" | "preproc_include" | "using_declaration"
        | "namespace_use_declaration" | "future_import_statement" => Shape::Import,

        "method_declaration" | "function_declaration" | "function_definition" | "method_definition" | "function_item"
        | "local_function_statement" | "constructor_declaration" | "function_statement" | "method" | "singleton_method"
        | "decorated_definition" | "generator_function_declaration" => Shape::Function,
        "lambda_expression" | "arrow_function" | "function_expression" | "func_literal" | "lambda" | "lambda_literal"
        | "anonymous_method_expression" | "closure_expression" | "anonymous_function" | "script_block_expression"
        | "do_block" | "anonymous_function_creation_expression" | "anonymous_function_expression" | "function_value" => Shape::Lambda,
        "class_declaration" | "class_definition" | "interface_declaration" | "struct_declaration" | "record_declaration"
        | "struct_item" | "enum_item" | "trait_item" | "class_specifier" | "struct_specifier" | "type_spec" | "class"
        | "object_declaration" | "class_statement" | "enum_declaration" => Shape::Class,

        "for_statement" | "foreach_statement" | "while_statement" | "enhanced_for_statement" | "for_in_statement"
        | "for_expression" | "while_expression" | "loop_expression" | "for_range_loop" | "do_statement" | "for"
        | "while" | "c_style_for_statement" | "while_loop" | "do_while_statement" => Shape::Loop,
        "try_statement" | "try_expression" | "try_with_resources_statement" | "begin" => Shape::Try,
        "catch_clause" | "except_clause" | "catch_block" | "rescue" | "except_group_clause" => Shape::Catch,
        "if_statement" | "if_expression" | "if" | "switch_statement" | "switch_expression" | "when_expression"
        | "match_expression" => Shape::If,
        "conditional_expression" | "ternary_expression" | "conditional" => Shape::Ternary,
        "binary_expression" | "binary_operator" | "boolean_operator" | "binary" | "elvis_expression"
        | "additive_expression" | "infix_expression" => Shape::Binary,
        "concatenated_string" | "concatenation" | "chained_string" => Shape::Concat,
        "true" | "false" | "null" | "none" | "nil" | "integer" | "float" | "number" | "integer_literal" | "real_literal"
        | "boolean_literal" | "null_literal" | "decimal_integer_literal" | "int_literal" | "float_literal" | "boolean"
        | "number_literal" | "undefined" | "iota" | "decimal_floating_point_literal" => Shape::Constant,
        "command_substitution" | "process_substitution" => Shape::Substitution,
        "simple_expansion" | "expansion" => Shape::Expansion,
        "macro_invocation" => Shape::Macro,
        _ => Shape::Pass,
    }
}

/// Where a name means something else in one language.
fn own(language: Language, kind: &str) -> Option<Shape> {
    Some(match (language, kind) {
        (Language::CSharp, "attribute_list") | (Language::Java | Language::Kotlin, "modifiers" | "annotation") => {
            Shape::Skip
        }
        // A list of types in brackets, or an attribute's name.
        (Language::Rust, "attribute" | "attribute_item" | "inner_attribute_item") => Shape::Skip,
        // `x?` is no handler.
        (Language::Rust, "try_expression") => Shape::Pass,
        (Language::Python, "type") => Shape::Skip,
        (Language::CSharp, "parameter") => Shape::Assign,
        (Language::Kotlin, "parameter" | "function_value_parameters") => Shape::Pass,
        (Language::Go, "literal_element" | "expression_list") => Shape::Pass,
        // `+` is its own node there.
        (Language::PowerShell, "additive_expression" | "additive_argument_expression") => Shape::Concat,
        (Language::PowerShell, "command") => Shape::PsCommand,
        (Language::PowerShell, "variable") => Shape::PsVariable,
        (Language::PowerShell, "invokation_expression") => Shape::Call,
        (Language::PowerShell, "array_literal_expression" | "argument_list") => Shape::Pass,
        (Language::PowerShell, "element_access") => Shape::Index,
        (Language::PowerShell, "generic_token") => Shape::Str,
        (Language::PowerShell, "simple_name" | "type_name" | "type_spec" | "type_identifier") => Shape::Name,
        (Language::PowerShell, "type_literal") => Shape::Pass,
        (Language::PowerShell, "attribute_list" | "attribute") => Shape::Skip,
        (Language::PowerShell, "integer_literal" | "decimal_integer_literal") => Shape::Constant,
        (Language::Bash, "command") => Shape::BashCommand,
        (Language::Bash, "word" | "number") => Shape::Str,
        (Language::Bash, "array" | "list") => Shape::Pass,
        (Language::Bash, "test_command" | "arithmetic_expansion") => Shape::Pass,
        (Language::Cpp, "declaration" | "field_declaration") => Shape::CppDeclaration,
        (Language::Cpp, "type_identifier") => Shape::Name,
        (Language::Php, "array_creation_expression") => Shape::Object,
        (Language::Ruby, "call") => Shape::Method("receiver", "method"),
        (Language::Ruby, "simple_symbol") => Shape::Str,
        _ => return None,
    })
}

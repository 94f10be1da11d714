//! The name of the Azure resource that a finding in a template stands in: commands and plans call it by that.

use crate::detect::Piece;
use crate::document::tree::resource::Resource;
use crate::document::tree::{NodeId, Shape, Tree};
use crate::rule::spec::Text;

use super::{File, value};

/// Types of Terraform and Azure, in small letters, and the part that names one of them.
const KINDS: &[(&str, &str)] = &[
    ("azurerm_storage_account", "account"),
    ("microsoft.storage/storageaccounts", "account"),
    ("azurerm_cosmosdb_account", "account"),
    ("microsoft.documentdb/databaseaccounts", "account"),
    ("azurerm_cognitive_account", "account"),
    ("azurerm_ai_services", "account"),
    ("microsoft.cognitiveservices/accounts", "account"),
    ("azurerm_maps_account", "account"),
    ("microsoft.maps/accounts", "account"),
    ("azurerm_batch_account", "account"),
    ("microsoft.batch/batchaccounts", "account"),
    ("azurerm_mssql_server", "server"),
    ("microsoft.sql/servers", "server"),
    ("azurerm_postgresql_flexible_server", "server"),
    ("microsoft.dbforpostgresql/flexibleservers", "server"),
    ("azurerm_mysql_flexible_server", "server"),
    ("microsoft.dbformysql/flexibleservers", "server"),
    ("azurerm_servicebus_namespace", "namespace"),
    ("microsoft.servicebus/namespaces", "namespace"),
    ("azurerm_eventhub_namespace", "namespace"),
    ("microsoft.eventhub/namespaces", "namespace"),
    ("azurerm_relay_namespace", "namespace"),
    ("microsoft.relay/namespaces", "namespace"),
    ("azurerm_redis_cache", "cache"),
    ("microsoft.cache/redis", "cache"),
    ("azurerm_container_registry", "registry"),
    ("microsoft.containerregistry/registries", "registry"),
    ("azurerm_key_vault", "vault"),
    ("microsoft.keyvault/vaults", "vault"),
    ("azurerm_app_configuration", "store"),
    ("microsoft.appconfiguration/configurationstores", "store"),
    ("azurerm_iothub", "hub"),
    ("microsoft.devices/iothubs", "hub"),
    ("azurerm_search_service", "service"),
    ("microsoft.search/searchservices", "service"),
    ("azurerm_signalr_service", "service"),
    ("microsoft.signalrservice/signalr", "service"),
    ("azurerm_kubernetes_cluster", "cluster"),
    ("microsoft.containerservice/managedclusters", "cluster"),
    ("azurerm_linux_web_app", "app"),
    ("azurerm_windows_web_app", "app"),
    ("azurerm_linux_function_app", "app"),
    ("azurerm_windows_function_app", "app"),
    ("microsoft.web/sites", "app"),
    ("azurerm_container_app", "app"),
    ("microsoft.app/containerapps", "app"),
    ("azurerm_linux_virtual_machine", "vm"),
    ("azurerm_windows_virtual_machine", "vm"),
    ("microsoft.compute/virtualmachines", "vm"),
];

/// The part, if the resource has a name that is written out.
pub(super) fn part(file: &File<'_>, tree: &Tree<'_>, node: NodeId) -> Option<Piece> {
    let (at, mut one) = enclosing(file, tree, node)?;
    let mut own = at;
    // A child of a resource is opened by the key of its parent.
    while let Some(parent) = one.parent.filter(|parent| *parent < own) {
        (own, one) = (parent, &file.resources()[parent]);
    }
    let kind = one.kind.to_ascii_lowercase();
    let (_, name) = KINDS.iter().find(|(known, _)| *known == kind)?;
    let member = tree.member(one.body, "name").or_else(|| tree.member(one.head, "name"))?;
    let settled = value::resolved(tree, file.root(tree, member), member);
    let text = tree.value(settled)?;
    let is_name = matches!(tree.node(settled).shape, Shape::Text { .. })
        && (1..=100).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    is_name.then(|| Piece { name: Text::Borrowed(name), span: tree.node(settled).span })
}

/// The innermost resource around a node.
fn enclosing<'f>(file: &'f File<'_>, tree: &Tree<'_>, node: NodeId) -> Option<(usize, &'f Resource)> {
    let resources = file.resources();
    let mut at = Some(node);
    while let Some(node) = at {
        let found = resources.iter().enumerate().rev().find(|(_, one)| one.body == node || one.head == node);
        if found.is_some() {
            return found;
        }
        at = tree.node(node).parent;
    }
    None
}
